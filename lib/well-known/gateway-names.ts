// What others must know of an east-west gateway to find its pods and to let it in.

/** Its Deployment, Service and ServiceAccount, where they are not called otherwise. */
export const GATEWAY_NAME = 'istio-eastwestgateway';

/** The label by which Gateway resources find its pods; Istio's samples use the same. */
export const SELECTOR = { istio: 'eastwestgateway' };

/** The labels by which Gateways select its pods: by network too, because an istiod may configure the gateways of several. */
export function proxySelector(network: string): { [key: string]: string } {
  return { ...SELECTOR, 'topology.istio.io/network': network };
}

/** What selects the pods of one gateway. */
export function gatewayPods(name = GATEWAY_NAME): { [key: string]: string } {
  return { app: name, ...SELECTOR };
}

/** Where a network gateway expects mutual TLS for other clusters' services; Istio's convention. */
export const MTLS_PORT = 15443;
/** Where proxies ask istiod for their configuration and certificates. */
export const XDS_PORT = 15012;
/** Where API servers ask istiod to inject and to validate. */
export const WEBHOOK_PORT = 15017;
/** Where a gateway says that it is ready. */
export const STATUS_PORT = 15021;
/** Where Prometheus finds an Istio proxy's metrics: those of proxy and agent, and Envoy's own. */
export const METRICS_PORTS = [15020, 15090];
