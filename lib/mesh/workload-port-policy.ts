import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import { principal } from '../rules/identity';
import * as rules from '../rules/rules';
import { keepAnnotations } from '../well-known/keep-annotations';

/** The props of WorkloadPortPolicy. */
export interface WorkloadPortPolicyProps {
  /** The name of the AuthorizationPolicy: a DNS name. */
  readonly name: string;
  /** Labels that select the pods: at least one. */
  readonly podLabels: { [key: string]: string };
  /** The containers' ports that the policy closes: at least one. */
  readonly ports: readonly number[];
  /**
   * The principals that may still dial the ports, such as `cluster.local/ns/wookie/sa/*`, without
   * `spiffe://`. At least one.
   */
  readonly principals: readonly string[];
  /**
   * The namespace of the pods.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<WorkloadPortPolicyProps> = {
  name: rules.dnsName,
  podLabels: rules.podLabels,
  ports: rules.listOf(rules.podPort, 1),
  principals: rules.listOf(principal, 1),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * Closes ports of pods in the mesh by an AuthorizationPolicy. It denies callers whose principal is not named,
 * and callers without a certificate. The pods' own proxies end such connections. All other ports stay as they
 * are.
 * A GitOps tool that prunes keeps the policy, so that the ports of pods that stay remain closed.
 * https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class WorkloadPortPolicy extends Construct {
  /** The name of the AuthorizationPolicy. */
  public readonly name: string;
  /** The namespace of the pods; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: WorkloadPortPolicyProps) {
    super(scope, id);
    const { name, namespace = Chart.of(this).namespace } = soundProps(props, propsRules);
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const { podLabels, ports, principals } = props;
    new k8s.AuthorizationPolicy(this, 'Resource', {
      metadata: { name, namespace, annotations: keepAnnotations() },
      spec: {
        selector: { matchLabels: podLabels },
        action: k8s.AuthorizationPolicyAction.DENY,
        rules: [
          {
            from: [{ source: { notPrincipals: [...principals] } }],
            to: [{ operation: { ports: ports.map(String) } }],
          },
        ],
      },
    });
  }
}
