import { Construct } from 'constructs';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';

export interface RemoteSecretTokenProps {
  /**
   * The account that may read Services, endpoints and Istio's objects; Istio's installation makes it.
   * @default istio-reader-service-account
   */
  readonly account?: string;
  /**
   * The namespace of istiod.
   * @default istio-system
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<RemoteSecretTokenProps> = {
  account: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
};

/** The Secret in which a reader's token is; `istioctl create-remote-secret` uses the same name. */
export function readerTokenName(account = 'istio-reader-service-account'): string {
  return `${account}-istio-remote-secret-token`;
}

/**
 * Lets other clusters' istiods read this one: asks Kubernetes for a long-lived token of the reader account. Kubernetes fills it
 * in; the output has an empty Secret. The other half is RemoteSecret, in the clusters that read.
 */
export class RemoteSecretToken extends Construct {
  constructor(scope: Construct, id: string, props: RemoteSecretTokenProps = {}) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { account = 'istio-reader-service-account', namespace = 'istio-system' } = props;
    new k8s.Secret(this, 'Resource', {
      metadata: {
        name: readerTokenName(account),
        namespace,
        annotations: { 'kubernetes.io/service-account.name': account },
      },
      type: 'kubernetes.io/service-account-token',
    });
  }
}
