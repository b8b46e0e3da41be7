import { type FieldError, show } from '../rules/field-error';
import * as rules from '../rules/rules';

/**
 * The entry of an external store from which the External Secrets operator makes `cacerts`.
 * https://external-secrets.io/latest/api/externalsecret/
 */
export interface ExternalSecretCaProps {
  /** The name of the SecretStore or ClusterSecretStore. */
  readonly storeName: string;
  /**
   * The kind of the store: `SecretStore` or `ClusterSecretStore`.
   * @default ClusterSecretStore
   */
  readonly storeKind?: string;
  /**
   * The entry in the store. Its properties are the four keys of `cacerts`: ca-cert.pem, ca-key.pem,
   * root-cert.pem and cert-chain.pem. Every cluster has an entry of its own.
   */
  readonly remoteKey: string;
  /**
   * The interval at which the operator reads the entry again: a duration of hours, minutes and seconds, such
   * as `1h`.
   * @default 1h
   */
  readonly refreshInterval?: string;
}

/**
 * The issuer from which cert-manager requests a cluster's intermediate CA.
 * https://cert-manager.io/docs/configuration/
 */
export interface CertManagerCaProps {
  /** The name of the issuer. The certificates of all clusters must lead to the same root. */
  readonly issuerName: string;
  /**
   * The kind of the issuer, such as `Issuer` or `ClusterIssuer`. With `caSecretName` only `Issuer` is
   * allowed.
   * @default - ClusterIssuer; Issuer where `caSecretName` is given
   */
  readonly issuerKind?: string;
  /**
   * The Secret with the certificate authority of an Issuer that the output then contains, in istiod's
   * namespace. The Secret must exist and have the keys `tls.crt` and `tls.key`. It cannot be `cacerts`,
   * which the Issuer signs. An authority of the cluster's
   * own under the shared root keeps the root's key out of the cluster.
   * https://cert-manager.io/docs/configuration/ca/
   * @default - none: the issuer exists already
   */
  readonly caSecretName?: string;
  /**
   * The API group of the issuer, for external issuers. With `caSecretName` only `cert-manager.io` is allowed.
   * @default cert-manager.io
   */
  readonly issuerGroup?: string;
  /**
   * The validity of the intermediate certificate in hours: 1 to 876000.
   * @default 8760
   */
  readonly durationHours?: number;
  /**
   * The time before the certificate's end at which cert-manager renews it, in hours. It must be less than
   * `durationHours`.
   * @default - a third of `durationHours`
   */
  readonly renewBeforeHours?: number;
}

export const DEFAULT_CA_HOURS = 8760;

/** The Secret that istiod reads its signing certificate from. */
const CA_SECRET = 'cacerts';

export const CERT_MANAGER_GROUP = 'cert-manager.io';

export const DURATION: rules.Rule = {
  expected: "be a duration such as '1h' or '30m'",
  hint: 'write hours, minutes and seconds with their units',
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
            expected: `not be '${CA_SECRET}': cert-manager writes what the issuer signs into that Secret, and the issuer would sign with it`,
            hint: 'keep the authority that signs in a Secret of another name',
          }
        : undefined,
  }),
  issuerGroup: rules.optional(rules.dnsName),
  durationHours: rules.optional(rules.integer(1, 876_000, 'give hours')),
  renewBeforeHours: rules.optional(rules.integer(1, 876_000, 'give hours')),
};

/**
 * How the Secret `cacerts`, with istiod's signing certificate and key, reaches a cluster. No way puts a key
 * into the output.
 * https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export class CaSource {
  /** The External Secrets operator copies the Secret from a store. The output has an ExternalSecret. */
  public static externalSecret(props: ExternalSecretCaProps): CaSource {
    return new CaSource('externalSecret', props, undefined);
  }

  /**
   * cert-manager requests the certificate from an issuer under the shared root. The output has a Certificate,
   * and with `caSecretName` an Issuer too.
   */
  public static certManager(props: CertManagerCaProps): CaSource {
    return new CaSource('certManager', undefined, props);
  }

  /**
   * A person or a pipeline makes the Secret. The output has a ConfigMap that describes the Secret and gives
   * the command that makes it.
   */
  public static outOfBand(): CaSource {
    return new CaSource('outOfBand', undefined, undefined);
  }

  private constructor(
    /** The way: the name of the factory that made the value. */
    public readonly kind: 'externalSecret' | 'certManager' | 'outOfBand',
    /** The store's entry, where `kind` is `externalSecret`. */
    public readonly externalSecretProps?: ExternalSecretCaProps,
    /** The issuer, where `kind` is `certManager`. */
    public readonly certManagerProps?: CertManagerCaProps,
  ) {
    Object.freeze(this);
  }
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
    if (kind === 'certManager') return certManagerErrors(path, certManagerProps as CertManagerCaProps);
    return [];
  },
};

function certManagerErrors(path: string, props: CertManagerCaProps): FieldError[] {
  const errors = rules.checkProps(path, props, certManagerRules);
  const { durationHours = DEFAULT_CA_HOURS, renewBeforeHours } = props ?? {};
  if (errors.length > 0) return errors;
  return [...unwrittenIssuer(path, props), ...lateRenewal(path, durationHours, renewBeforeHours)];
}

/** What is written is an Issuer of cert-manager's own. */
function unwrittenIssuer(
  path: string,
  { caSecretName, issuerKind, issuerGroup }: CertManagerCaProps,
): FieldError[] {
  if (caSecretName === undefined) return [];
  const given = { issuerKind: [issuerKind, 'Issuer'], issuerGroup: [issuerGroup, CERT_MANAGER_GROUP] };
  return Object.entries(given)
    .filter(([, [value, needed]]) => value !== undefined && value !== needed)
    .map(([name, [value, needed]]) => ({
      path: `${path}.${name}`,
      expected: `be '${needed}' or left out where caSecretName has the Issuer written`,
      actual: show(value),
      hint: 'leave out one of the two',
    }));
}

function lateRenewal(
  path: string,
  durationHours: number,
  renewBeforeHours: number | undefined,
): FieldError[] {
  if (renewBeforeHours === undefined || renewBeforeHours < durationHours) return [];
  return [
    {
      path: `${path}.renewBeforeHours`,
      expected: `be less than durationHours (${durationHours})`,
      actual: String(renewBeforeHours),
      hint: 'lower it, or make the certificate live longer',
    },
  ];
}
