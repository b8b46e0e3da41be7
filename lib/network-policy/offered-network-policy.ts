import { Construct } from 'constructs';
import { GATEWAY_NAME, gatewayPods } from '../fleet/gateway-names';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import { podsHere, podsIn, tcp } from './peers';

export interface OfferedNetworkPolicyProps {
  /** The name of the NetworkPolicy: a DNS name. */
  readonly name: string;
  /** Labels that select the offered pods: at least one. */
  readonly podLabels: { [key: string]: string };
  /** The port that the pods listen on: none of those that Istio's proxy keeps for itself (15000, 15001 and on). */
  readonly port: number;
  /**
   * The namespace of the east-west gateway through which other clusters' callers come.
   * @default - none comes through one
   */
  readonly gatewayNamespace?: string;
  /**
   * The name of that gateway's Deployment.
   * @default istio-eastwestgateway
   */
  readonly gatewayName?: string;
  /**
   * Whether callers come past every gateway, by node ports or from pods of another cluster: nothing tells them from others, so that
   * the port is open to all addresses, and the mesh alone decides.
   * @default false
   */
  readonly fromEverywhere?: boolean;
  /**
   * Other namespaces of the cluster whose pods may dial the port too; those of the same namespace may.
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

/** The way to offered pods, in a namespace that is closed by default: from the gateway that passes other clusters' callers on. */
export class OfferedNetworkPolicy extends Construct {
  constructor(scope: Construct, id: string, props: OfferedNetworkPolicyProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { gatewayNamespace, gatewayName = GATEWAY_NAME } = props;
    const gateway = gatewayNamespace ? [podsIn(gatewayNamespace, gatewayPods(gatewayName))] : [];
    const local = (props.localNamespaces ?? []).map((namespace) => podsIn(namespace));
    new k8s.NetworkPolicy(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace },
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
