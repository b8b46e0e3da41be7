import { Construct } from 'constructs';
import * as k8s from '../../kinds';
import { tcp } from '../../network-policy/peers';
import { InvalidInputError } from '../../rules/field-error';
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
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: OperatorNetworkPolicyProps = {}) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    new k8s.NetworkPolicy(this, 'Resource', {
      // as the default deny of the namespace, without which it has no meaning
      metadata: {
        name: 'pxc-operator-webhook',
        namespace: props.namespace,
        annotations: keepAnnotations(),
      },
      spec: {
        podSelector: { matchLabels: pxc.OPERATOR_LABELS },
        policyTypes: ['Ingress'],
        ingress: [{ ports: tcp(pxc.PORTS.operatorWebhook) }],
      },
    });
  }
}
