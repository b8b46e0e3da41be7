import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { MTLS_PORT, proxySelector } from '../well-known/gateway-names';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';

/** The props of CrossNetworkGateway. */
export interface CrossNetworkGatewayProps {
  /** The network that the east-west gateway leads into: the label `topology.istio.io/network` of its pods. */
  readonly network: string;
  /**
   * The hosts that other clusters may reach through the gateway, each as its ServiceEntry or Service has it
   * in this cluster. At least one. A wildcard such as `*.local` is allowed; it exposes every Service of the
   * cluster, istiod and the Kubernetes API among them.
   */
  readonly hosts: readonly string[];
  /**
   * The name of the Gateway: a DNS label.
   * @default cross-network-gateway
   */
  readonly name?: string;
  /**
   * The namespace of the east-west gateway. The default is not the chart's namespace, so that it is the same as
   * that of the EastWestGateway, which may be in another chart.
   * @default istio-system
   */
  readonly namespace?: string;
}

export const GATEWAY_HOSTS: rules.Rule = rules.listOf(
  {
    expected: "be a DNS name, or a wildcard such as '*.local'",
    hint: 'list the hosts that are offered',
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
 * The Gateway object of an east-west gateway: the hosts that it forwards by SNI (`AUTO_PASSTHROUGH`).
 * EastWestGateway contains one. Use it by itself for the gateway of a remote cluster, because the istiod of a
 * remote cluster reads Gateways in the primary only.
 */
export class CrossNetworkGateway extends Construct {
  /** The hosts that other clusters may reach through the gateway. */
  public readonly hosts: readonly string[];
  /** The name of the Gateway. */
  public readonly name: string;
  /** The namespace of the Gateway: that of the east-west gateway. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: CrossNetworkGatewayProps) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { network, hosts = [], name = 'cross-network-gateway', namespace = ISTIO_NAMESPACE } = sound;
    this.hosts = hosts;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.Gateway(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        selector: proxySelector(network),
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
