// The one place that spells Kubernetes' DNS names.
// https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/

const CLUSTER_DOMAIN = 'cluster.local';

/** A pod of a StatefulSet under its own name, served by the StatefulSet's headless Service. */
export function podHost(pod: string, service: string, namespace: string): string {
  return `${pod}.${serviceHost(service, namespace)}`;
}

/** A Service. */
export function serviceHost(service: string, namespace: string): string {
  return `${service}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

/**
 * The SNI under which an AUTO_PASSTHROUGH gateway finds a port of a host, or of a subset of its endpoints: Istio's
 * `BuildDNSSrvSubsetKey` (istio/istio pilot/pkg/model/push_context.go).
 */
export function passthroughSni(port: number, host: string, subset = ''): string {
  return `outbound_.${port}_.${subset}_.${host}`;
}
