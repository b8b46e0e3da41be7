import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
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
  /** The name of the NetworkPolicy. */
  public readonly name: string;
  /** The namespace; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: DefaultDenyProps = {}) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { name = 'default-deny-ingress', namespace = Chart.of(this).namespace } = sound;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.NetworkPolicy(this, 'Resource', {
      metadata: { name, namespace, annotations: keepAnnotations() },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
  }
}
