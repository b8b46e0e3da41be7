import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { InvalidInputError } from '../rules/field-error';
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
   * The namespace of the east-west gateway through which callers of other clusters come.
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
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
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
