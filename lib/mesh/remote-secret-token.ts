import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { InvalidInputError } from '../rules/field-error';
import * as rules from '../rules/rules';

/** The props of RemoteSecretToken. */
export interface RemoteSecretTokenProps {
  /**
   * The service account that may read Services, endpoints and Istio's objects. Istio's installation makes it.
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
 * Requests a long-lived token of the reader account, with which istiods of other clusters read this one. The
 * output has an empty Secret, and Kubernetes puts the token into it. The clusters whose istiods read this one
 * need a RemoteSecret.
 * https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets
 */
export class RemoteSecretToken extends Construct {
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
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
