import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { MTLS_PORT, SELECTOR } from '../fleet/gateway-names';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';

export interface CrossNetworkGatewayProps {
  /** The network that the east-west gateway leads into: the label of its pods. */
  readonly network: string;
  /**
   * The hosts that other clusters may reach through it, each as its ServiceEntry or Service is called in its cluster. At least
   * one. `*.local`, every service with istiod and the Kubernetes API among them, only if named here.
   */
  readonly hosts: readonly string[];
  /**
   * The name of the Gateway: a DNS label.
   * @default cross-network-gateway
   */
  readonly name?: string;
  /**
   * The namespace of the east-west gateway.
   * @default - the chart's namespace, or istio-system
   */
  readonly namespace?: string;
}

export const GATEWAY_HOSTS: rules.Rule = rules.listOf(
  {
    must: "be a DNS name, or a wildcard such as '*.local'",
    advice: 'list the hosts that are offered',
    holds: (value) => typeof value === 'string' && rules.isDnsName(value.replace(/^\*\./, '')),
  },
  1,
);

const propsRules: rules.Rules<CrossNetworkGatewayProps> = {
  network: rules.labelValue,
  hosts: GATEWAY_HOSTS,
  name: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * What an east-west gateway passes through, by SNI. Part of EastWestGateway, and by itself for the gateway of a remote cluster:
 * its istiod reads Gateways in the primary alone.
 */
export class CrossNetworkGateway extends Construct {
  constructor(scope: Construct, id: string, props: CrossNetworkGatewayProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { network, hosts, name = 'cross-network-gateway' } = props;
    new k8s.Gateway(this, 'Resource', {
      metadata: { name, namespace: props.namespace ?? Chart.of(this).namespace ?? 'istio-system' },
      spec: {
        // by network, because an istiod may configure the gateways of several
        selector: { ...SELECTOR, 'topology.istio.io/network': network },
        servers: [
          {
            port: { number: MTLS_PORT, name: 'tls', protocol: 'TLS' },
            tls: { mode: k8s.GatewayTlsMode.AUTO_UNDERSCORE_PASSTHROUGH },
            hosts: [...hosts],
          },
        ],
      },
    });
  }
}
