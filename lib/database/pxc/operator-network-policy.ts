import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../../kinds';
import { tcp } from '../../network-policy/peers';
import { hasErrors, soundProps } from '../../rules/construct-errors';
import * as rules from '../../rules/rules';
import { keepAnnotations } from '../../well-known/keep-annotations';
import * as pxc from './names';

/** The props of OperatorNetworkPolicy. */
export interface OperatorNetworkPolicyProps {
  /**
   * The namespace of Percona's operator.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<OperatorNetworkPolicyProps> = {
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * The NetworkPolicy that opens the webhook of Percona's operator in a default-deny namespace. It allows all
 * addresses, because API servers dial the webhook and are no pods that a selector could name.
 */
export class OperatorNetworkPolicy extends Construct {
  /** The name of the NetworkPolicy. */
  public readonly name: string = 'pxc-operator-webhook';
  /** The namespace of Percona's operator; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: OperatorNetworkPolicyProps = {}) {
    super(scope, id);
    const { namespace = Chart.of(this).namespace } = soundProps(props, propsRules);
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.NetworkPolicy(this, 'Resource', {
      // as the default deny of the namespace, without which it has no meaning
      metadata: { name: this.name, namespace, annotations: keepAnnotations() },
      spec: {
        podSelector: { matchLabels: pxc.OPERATOR_LABELS },
        policyTypes: ['Ingress'],
        ingress: [{ ports: tcp(pxc.PORTS.operatorWebhook) }],
      },
    });
  }
}
