import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { InvalidInputError } from '../rules/field-error';
import * as rules from '../rules/rules';
import { SELECTOR, WEBHOOK_PORT, XDS_PORT } from '../well-known/gateway-names';

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
   * The namespace of istiod and the east-west gateway.
   * @default - the chart's namespace, or istio-system
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
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: IstiodGatewayProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const namespace = props.namespace ?? Chart.of(this).namespace ?? 'istio-system';
    const service = props.revision ? `istiod-${props.revision}` : 'istiod';
    // the name that proxies and API servers ask for; the gateway passes nothing else through on these ports
    const sniHosts = [`${service}.${namespace}.svc`];
    const name = 'istiod-gateway';
    const server = (portName: string, number: number) => ({
      port: { name: portName, number, protocol: 'TLS' },
      tls: { mode: k8s.GatewayTlsMode.PASSTHROUGH },
      hosts: sniHosts,
    });
    new k8s.Gateway(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        selector: { ...SELECTOR, 'topology.istio.io/network': props.network },
        servers: [server('tls-istiod', XDS_PORT), server('tls-istiodwebhook', WEBHOOK_PORT)],
      },
    });
    const host = `${sniHosts[0]}.cluster.local`;
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
