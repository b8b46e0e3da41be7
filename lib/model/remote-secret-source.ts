import * as rules from '../rules/rules';
import { DURATION, SECRET_STORE_KIND } from './ca-source';

/**
 * The entry of an external store from which the External Secrets operator makes a remote secret.
 * https://external-secrets.io/latest/api/externalsecret/
 */
export interface ExternalRemoteSecretProps {
  /** The name of the SecretStore or ClusterSecretStore. */
  readonly storeName: string;
  /**
   * The kind of the store: `SecretStore` or `ClusterSecretStore`.
   * @default ClusterSecretStore
   */
  readonly storeKind?: string;
  /** The entry in the store. It holds a kubeconfig with the token of the cluster's reader account. */
  readonly remoteKey: string;
  /**
   * The property of the entry that holds the kubeconfig.
   * @default - the whole entry
   */
  readonly property?: string;
  /**
   * The interval at which the operator reads the entry again: a duration of hours, minutes and seconds, such
   * as `1h`.
   * @default 1h
   */
  readonly refreshInterval?: string;
}

const externalSecretRules: rules.Rules<ExternalRemoteSecretProps> = {
  storeName: rules.dnsName,
  storeKind: rules.optional(SECRET_STORE_KIND),
  remoteKey: rules.text,
  property: rules.optional(rules.text),
  refreshInterval: rules.optional(DURATION),
};

/**
 * How the credential to read a cluster reaches the clusters whose istiods read it. No way puts the credential
 * into the output.
 */
export class RemoteSecretSource {
  /** The External Secrets operator copies the credential from a store. The output has an ExternalSecret. */
  public static externalSecret(props: ExternalRemoteSecretProps): RemoteSecretSource {
    return new RemoteSecretSource('externalSecret', props);
  }

  /**
   * The command `eastwest remote-secret` makes the credential. The output has a ConfigMap that describes the
   * Secret and gives the command.
   */
  public static outOfBand(): RemoteSecretSource {
    return new RemoteSecretSource('outOfBand');
  }

  private constructor(
    /** Who brings the credential: the External Secrets operator, or somebody by hand. */
    public readonly kind: 'externalSecret' | 'outOfBand',
    /** The store's entry; undefined for `outOfBand()`. */
    public readonly externalSecretProps?: ExternalRemoteSecretProps,
  ) {
    Object.freeze(this);
  }
}

export const REMOTE_SECRET_RULE: rules.Rule = {
  ...rules.instanceOf(
    RemoteSecretSource,
    'use RemoteSecretSource.externalSecret(…) or .outOfBand(); never a token or kubeconfig itself',
  ),
  inside: (path, value) => {
    const { kind, externalSecretProps } = value as RemoteSecretSource;
    if (kind === 'outOfBand') return [];
    return rules.checkProps(path, externalSecretProps as ExternalRemoteSecretProps, externalSecretRules);
  },
};
