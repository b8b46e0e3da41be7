import { type Problem, show } from './problem';
import * as rules from './rules';

/** Where an ExternalSecret reads a cluster's intermediate CA from. */
export interface ExternalSecretCaProps {
  /** The SecretStore that holds it. */
  readonly storeName: string;
  /**
   * SecretStore or ClusterSecretStore.
   * @default ClusterSecretStore
   */
  readonly storeKind?: string;
  /** The entry in the store, with the four keys of `cacerts` as its properties; one for each cluster. */
  readonly remoteKey: string;
  /**
   * How often it is read again, as a duration such as 1h.
   * @default 1h
   */
  readonly refreshInterval?: string;
}

/** How cert-manager makes a cluster's intermediate CA. */
export interface CertManagerCaProps {
  /** The issuer that signs with the shared root. Every cluster's must lead to the same root. */
  readonly issuerName: string;
  /**
   * Issuer or ClusterIssuer.
   * @default - ClusterIssuer; Issuer where `caSecretName` is given
   */
  readonly issuerKind?: string;
  /**
   * Have the Issuer written too, beside istiod: it signs with the authority in this Secret, which must exist, with `tls.crt` and
   * `tls.key`; not `cacerts`, which it signs. Best is an authority of the cluster's own under the shared root, so that no cluster holds the root's key.
   * https://cert-manager.io/docs/configuration/ca/
   * @default - none: the issuer exists
   */
  readonly caSecretName?: string;
  /**
   * The issuer's API group, for external issuers.
   * @default cert-manager.io
   */
  readonly issuerGroup?: string;
  /**
   * How long the intermediate is valid, in hours.
   * @default 8760
   */
  readonly durationHours?: number;
  /**
   * How long before its end it is renewed, in hours.
   * @default - a third of its life
   */
  readonly renewBeforeHours?: number;
}

export const DEFAULT_CA_HOURS = 8760;

/** The Secret that istiod reads its signing certificate from. */
const CA_SECRET = 'cacerts';

export const CERT_MANAGER_GROUP = 'cert-manager.io';

export const DURATION: rules.Rule = {
  must: "be a duration such as '1h' or '30m'",
  advice: 'write hours, minutes and seconds with their units',
  holds: (value) => typeof value === 'string' && /^(\d+(h|m|s))+$/.test(value),
};

export const SECRET_STORE_KINDS = ['SecretStore', 'ClusterSecretStore'];

export const SECRET_STORE_KIND: rules.Rule = rules.oneOf(SECRET_STORE_KINDS);

const externalSecretRules: rules.Rules<ExternalSecretCaProps> = {
  storeName: rules.dnsName,
  storeKind: rules.optional(SECRET_STORE_KIND),
  remoteKey: rules.text,
  refreshInterval: rules.optional(DURATION),
};

const certManagerRules: rules.Rules<CertManagerCaProps> = {
  issuerName: rules.dnsName,
  issuerKind: rules.optional(rules.text),
  caSecretName: rules.optional({
    ...rules.dnsName,
    holds: (value) => rules.isDnsName(value) && value !== CA_SECRET,
    explain: (value) =>
      value === CA_SECRET
        ? {
            must: `not be '${CA_SECRET}': cert-manager writes what the issuer signs into that Secret, and the issuer would sign with it`,
            advice: 'keep the authority that signs in a Secret of another name',
          }
        : undefined,
  }),
  issuerGroup: rules.optional(rules.dnsName),
  durationHours: rules.optional(rules.integer(1, 876_000, 'give hours')),
  renewBeforeHours: rules.optional(rules.integer(1, 876_000, 'give hours')),
};

/** How `cacerts` reaches a cluster. None of the ways has a key pass through the output. */
export class CaSource {
  /** The External Secrets operator copies it from a store. */
  public static externalSecret(props: ExternalSecretCaProps): CaSource {
    return new CaSource('externalSecret', props, undefined);
  }

  /** cert-manager makes it, signed by the shared root. */
  public static certManager(props: CertManagerCaProps): CaSource {
    return new CaSource('certManager', undefined, props);
  }

  /** Somebody makes it by hand or by a pipeline; the output says in words and in a command what must exist. */
  public static outOfBand(): CaSource {
    return new CaSource('outOfBand', undefined, undefined);
  }

  private constructor(
    public readonly kind: 'externalSecret' | 'certManager' | 'outOfBand',
    public readonly externalSecretProps?: ExternalSecretCaProps,
    public readonly certManagerProps?: CertManagerCaProps,
  ) {}
}

export const CA_SOURCE_RULE: rules.Rule = {
  ...rules.instanceOf(
    CaSource,
    'use CaSource.externalSecret(…), .certManager(…) or .outOfBand(); never a key itself',
  ),
  inside: (path, value) => {
    const { kind, externalSecretProps, certManagerProps } = value as CaSource;
    if (kind === 'externalSecret') {
      return rules.checkProps(path, externalSecretProps as ExternalSecretCaProps, externalSecretRules);
    }
    if (kind === 'certManager') return certManagerProblems(path, certManagerProps as CertManagerCaProps);
    return [];
  },
};

function certManagerProblems(path: string, props: CertManagerCaProps): Problem[] {
  const problems = rules.checkProps(path, props, certManagerRules);
  const { durationHours = DEFAULT_CA_HOURS, renewBeforeHours } = props ?? {};
  if (problems.length > 0) return problems;
  return [...unwrittenIssuer(path, props), ...lateRenewal(path, durationHours, renewBeforeHours)];
}

/** What is written is an Issuer of cert-manager's own. */
function unwrittenIssuer(
  path: string,
  { caSecretName, issuerKind, issuerGroup }: CertManagerCaProps,
): Problem[] {
  if (caSecretName === undefined) return [];
  const given = { issuerKind: [issuerKind, 'Issuer'], issuerGroup: [issuerGroup, CERT_MANAGER_GROUP] };
  return Object.entries(given)
    .filter(([, [value, needed]]) => value !== undefined && value !== needed)
    .map(([name, [value, needed]]) => ({
      path: `${path}.${name}`,
      must: `be '${needed}' or left out where caSecretName has the Issuer written`,
      got: show(value),
      advice: 'leave out one of the two',
    }));
}

function lateRenewal(path: string, durationHours: number, renewBeforeHours: number | undefined): Problem[] {
  if (renewBeforeHours === undefined || renewBeforeHours < durationHours) return [];
  return [
    {
      path: `${path}.renewBeforeHours`,
      must: `be less than durationHours (${durationHours})`,
      got: String(renewBeforeHours),
      advice: 'lower it, or make the certificate live longer',
    },
  ];
}
