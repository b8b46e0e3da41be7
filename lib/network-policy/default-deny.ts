import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { InvalidInputError } from '../rules/field-error';
import * as rules from '../rules/rules';
import { keepAnnotations } from '../well-known/keep-annotations';

/** The props of DefaultDeny. */
export interface DefaultDenyProps {
  /**
   * The namespace.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
  /**
   * The name of the NetworkPolicy: a DNS name.
   * @default default-deny-ingress
   */
  readonly name?: string;
}

const propsRules: rules.Rules<DefaultDenyProps> = {
  namespace: rules.optional(rules.dnsLabel()),
  name: rules.optional(rules.dnsName),
};

/**
 * Makes a namespace a default-deny namespace: a NetworkPolicy refuses all connections to its pods. Other
 * NetworkPolicies let callers in, because NetworkPolicies add up. It does not restrict what the pods dial,
 * and kubelet probes always pass. A GitOps tool that prunes keeps the policy (see docs/decisions/0015). A
 * cluster without a network plugin that enforces NetworkPolicy ignores it.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic
 */
export class DefaultDeny extends Construct {
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: DefaultDenyProps = {}) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    new k8s.NetworkPolicy(this, 'Resource', {
      metadata: {
        name: props.name ?? 'default-deny-ingress',
        namespace: props.namespace,
        annotations: keepAnnotations(),
      },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
  }
}
