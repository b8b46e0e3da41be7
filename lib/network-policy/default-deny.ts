import { Construct } from 'constructs';
import { keepAnnotations } from '../fleet/keep-annotations';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';

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
 * Nobody reaches a namespace's pods, but whom other policies let in: policies add up. What the pods themselves dial is not limited.
 * The kubelet's probes always pass. A GitOps tool that prunes keeps it, as it keeps the namespace with what is in it: closed. Needs a network plugin that enforces NetworkPolicy; without one it says nothing and does nothing.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic
 */
export class DefaultDeny extends Construct {
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
