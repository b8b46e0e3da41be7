import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';

/** The props of RemoteSecretToken. */
export interface RemoteSecretTokenProps {
  /**
   * The service account that may read Services, endpoints and Istio's objects. Istio's installation makes it.
   * @default istio-reader-service-account
   */
  readonly account?: string;
  /**
   * The namespace of istiod. The default is not the chart's namespace, so that all constructs that are beside
   * istiod agree on it, whichever chart they are in.
   * @default istio-system
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<RemoteSecretTokenProps> = {
  account: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
};

/** The service account that Istio's installation makes for readers. */
const READER = 'istio-reader-service-account';

/** The Secret in which a reader's token is; `istioctl create-remote-secret` uses the same name. */
export function readerTokenName(account = READER): string {
  return `${account}-istio-remote-secret-token`;
}

/**
 * Requests a long-lived token of the reader account, with which istiods of other clusters read this one. The
 * output has an empty Secret, and Kubernetes puts the token into it. The clusters whose istiods read this one
 * need a RemoteSecret.
 * https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets
 */
export class RemoteSecretToken extends Construct {
  /** The name of the Secret. */
  public readonly secretName: string;
  /** The service account whose token the Secret gets. */
  public readonly account: string;
  /** The namespace of istiod. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: RemoteSecretTokenProps = {}) {
    super(scope, id);
    const { account = READER, namespace = ISTIO_NAMESPACE } = soundProps(props, propsRules);
    this.secretName = readerTokenName(account);
    this.account = account;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.Secret(this, 'Resource', {
      metadata: {
        name: this.secretName,
        namespace,
        annotations: { 'kubernetes.io/service-account.name': account },
      },
      type: 'kubernetes.io/service-account-token',
    });
  }
}
