import { DURATION, SECRET_STORE_KIND } from './ca-source';
import * as rules from './rules';

/** Where an ExternalSecret reads the credential from with which other clusters' istiods read a cluster. */
export interface ExternalRemoteSecretProps {
  /** The SecretStore that holds it. */
  readonly storeName: string;
  /**
   * SecretStore or ClusterSecretStore.
   * @default ClusterSecretStore
   */
  readonly storeKind?: string;
  /** The entry in the store: a kubeconfig with the reader account's token. */
  readonly remoteKey: string;
  /**
   * The property of the entry that holds it.
   * @default - the whole entry
   */
  readonly property?: string;
  /**
   * How often it is read again, as a duration such as 1h.
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

/** How the credential by which a cluster is read reaches the other clusters. Neither way has it pass through the output. */
export class RemoteSecretSource {
  /** The External Secrets operator copies it from a store. */
  public static externalSecret(props: ExternalRemoteSecretProps): RemoteSecretSource {
    return new RemoteSecretSource('externalSecret', props);
  }

  /** `eastwest remote-secret` makes it; the output says where it must be and the command. */
  public static outOfBand(): RemoteSecretSource {
    return new RemoteSecretSource('outOfBand');
  }

  private constructor(
    public readonly kind: 'externalSecret' | 'outOfBand',
    public readonly externalSecretProps?: ExternalRemoteSecretProps,
  ) {}
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
