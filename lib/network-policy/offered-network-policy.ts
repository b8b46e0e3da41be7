import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { GATEWAY_NAME, gatewayPods } from '../well-known/gateway-names';
import { podsHere, podsIn, tcp } from './peers';

/** The props of OfferedNetworkPolicy. */
export interface OfferedNetworkPolicyProps {
  /** The name of the NetworkPolicy: a DNS name. */
  readonly name: string;
  /** Labels that select the offered pods: at least one. */
  readonly podLabels: { [key: string]: string };
  /**
   * The port on which the pods listen: 1 to 65535, but none of the ports that Istio's proxy uses itself
   * (15000, 15001, 15006, 15090 and others).
   */
  readonly port: number;
  /**
   * The namespace of the east-west gateway through which callers of other clusters come, such as the
   * `namespace` of an EastWestGateway. It has no default namespace, because the port is opened to nobody who is
   * not named.
   * @default - none: no caller comes through a gateway
   */
  readonly gatewayNamespace?: string;
  /**
   * The name of that gateway's Deployment.
   * @default istio-eastwestgateway
   */
  readonly gatewayName?: string;
  /**
   * Whether callers come by node ports, or directly from pods of another cluster. Their addresses then tell
   * nothing, so that the policy opens the port to all addresses, and only the mesh's policies decide.
   * @default false
   */
  readonly fromEverywhere?: boolean;
  /**
   * Further namespaces of the cluster whose pods may dial the port. Pods of the same namespace always may.
   * @default - none
   */
  readonly localNamespaces?: readonly string[];
  /**
   * The namespace of the pods.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<OfferedNetworkPolicyProps> = {
  name: rules.dnsName,
  podLabels: rules.podLabels,
  port: rules.podPort,
  gatewayNamespace: rules.optional(rules.dnsLabel()),
  gatewayName: rules.optional(rules.dnsLabel()),
  fromEverywhere: rules.optional(rules.boolean),
  localNamespaces: rules.optional(rules.listOf(rules.dnsLabel())),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * The NetworkPolicy that opens the offered port of pods in a default-deny namespace: to the east-west
 * gateway, to the pods' own namespace, and to the namespaces that are named.
 */
export class OfferedNetworkPolicy extends Construct {
  /** The name of the NetworkPolicy. */
  public readonly name: string;
  /** The namespace of the pods; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: OfferedNetworkPolicyProps) {
    super(scope, id);
    const { name, namespace = Chart.of(this).namespace } = soundProps(props, propsRules);
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const { gatewayNamespace, gatewayName = GATEWAY_NAME } = props;
    const gateway = gatewayNamespace ? [podsIn(gatewayNamespace, gatewayPods(gatewayName))] : [];
    const local = (props.localNamespaces ?? []).map((from) => podsIn(from));
    new k8s.NetworkPolicy(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        podSelector: { matchLabels: props.podLabels },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: props.fromEverywhere ? undefined : [...gateway, podsHere(), ...local],
            ports: tcp(props.port),
          },
        ],
      },
    });
  }
}
