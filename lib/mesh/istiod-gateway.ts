import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { proxySelector, WEBHOOK_PORT, XDS_PORT } from '../well-known/gateway-names';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';

/** The props of IstiodGateway. */
export interface IstiodGatewayProps {
  /** The network that the east-west gateway leads into: the label `topology.istio.io/network` of its pods. */
  readonly network: string;
  /**
   * The Istio revision whose istiod is exposed.
   * @default - the default revision: Service `istiod`
   */
  readonly revision?: string;
  /**
   * The namespace of istiod and the east-west gateway. The default is not the chart's namespace, so that it is
   * the same as that of the EastWestGateway, which may be in another chart.
   * @default istio-system
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<IstiodGatewayProps> = {
  network: rules.labelValue,
  revision: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * Exposes istiod to remote clusters through the east-west gateway. The gateway forwards their TLS without
 * decrypting it; istiod authenticates callers by their tokens and certificates. The gateway's Service needs
 * the two ports: EastWestGateway with `exposesIstiod`.
 * https://istio.io/latest/docs/setup/install/multicluster/primary-remote_multi-network/
 */
export class IstiodGateway extends Construct {
  /** The host under which proxies and API servers of remote clusters dial istiod, such as `istiod.istio-system.svc`. */
  public readonly host: string;
  /** The name of istiod's Service. */
  public readonly serviceName: string;
  /** The name of the Gateway and the VirtualService. */
  public readonly name: string = 'istiod-gateway';
  /** The namespace of istiod and the east-west gateway. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: IstiodGatewayProps) {
    super(scope, id);
    const { network, revision, namespace = ISTIO_NAMESPACE } = soundProps(props, propsRules);
    this.namespace = namespace;
    this.serviceName = revision ? `istiod-${revision}` : 'istiod';
    this.host = `${this.serviceName}.${namespace}.svc`;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const { name } = this;
    // the name that proxies and API servers ask for; the gateway passes nothing else through on these ports
    const sniHosts = [this.host];
    const server = (portName: string, number: number) => ({
      port: { name: portName, number, protocol: 'TLS' },
      tls: { mode: k8s.GatewayTlsMode.PASSTHROUGH },
      hosts: sniHosts,
    });
    new k8s.Gateway(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        selector: proxySelector(network),
        servers: [server('tls-istiod', XDS_PORT), server('tls-istiodwebhook', WEBHOOK_PORT)],
      },
    });
    const host = `${this.host}.cluster.local`;
    const route = (port: number, to: number) => ({
      match: [{ port, sniHosts }],
      route: [{ destination: { host, port: { number: to } } }],
    });
    new k8s.VirtualService(this, 'Route', {
      metadata: { name, namespace },
      spec: {
        hosts: sniHosts,
        gateways: [name],
        tls: [route(XDS_PORT, XDS_PORT), route(WEBHOOK_PORT, 443)],
      },
    });
  }
}
