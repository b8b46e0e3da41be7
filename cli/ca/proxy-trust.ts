import type { X509Certificate } from 'node:crypto';
import { certificatesIn, fingerprintsIn, isIssuedBy } from './certificate';

/** The roots that a proxy trusts and the certificate chain that it presents, as its Envoy reports them. */
export interface ProxyTrust {
  /** Fingerprints of the trusted roots. */
  readonly roots: readonly string[];
  readonly chain: readonly X509Certificate[];
}

/** What every proxy must have before the next stage of a rotation. */
export interface ExpectedTrust {
  /** The roots that it must trust. It may trust no others. */
  readonly roots: readonly X509Certificate[];
  /** The root under which its certificate must be issued. */
  readonly issuedBy: X509Certificate;
}

interface SecretsDump {
  readonly configs?: readonly {
    readonly secret?: {
      readonly name?: string;
      readonly tls_certificate?: { readonly certificate_chain?: { readonly inline_bytes?: string } };
      readonly validation_context?: { readonly trusted_ca?: { readonly inline_bytes?: string } };
    };
  }[];
}

/** The path of Envoy's admin interface for the secrets that istio-agent gave to it. Envoy leaves out the keys. */
export const SECRETS_PATH = 'config_dump?resource=dynamic_active_secrets';

/** Parses Envoy's answer at SECRETS_PATH. */
export function proxyTrust(dump: string): ProxyTrust {
  const secrets = ((JSON.parse(dump) as SecretsDump).configs ?? []).flatMap(({ secret }) => secret ?? []);
  const secret = (wanted: string) => secrets.find(({ name }) => name === wanted);
  const pem = (bytes?: string) => Buffer.from(bytes ?? '', 'base64').toString('utf8');
  return {
    roots: fingerprintsIn(pem(secret('ROOTCA')?.validation_context?.trusted_ca?.inline_bytes)),
    chain: certificatesIn(pem(secret('default')?.tls_certificate?.certificate_chain?.inline_bytes)),
  };
}

/** How a proxy differs from what is expected; undefined where it does not. */
export function trustMismatch(
  { roots, chain }: ProxyTrust,
  { roots: expected, issuedBy }: ExpectedTrust,
): string | undefined {
  if (roots.length === 0 || chain.length === 0) return 'has no certificate yet';
  const wanted = expected.map(({ fingerprint256 }) => fingerprint256);
  if (wanted.some((root) => !roots.includes(root))) return 'does not trust every expected root yet';
  if (roots.some((root) => !wanted.includes(root))) return 'still trusts another root';
  return leadsTo(chain, issuedBy) ? undefined : 'still presents a certificate of another root';
}

/**
 * Follows the signatures from the proxy's own certificate. istiod appends every root that it trusts to the chain, so that a root
 * in the chain proves nothing by itself.
 */
function leadsTo([own, ...others]: readonly X509Certificate[], root: X509Certificate): boolean {
  if (!own) return false;
  if (isIssuedBy(own, root)) return true;
  const issuer = others.find((one) => isIssuedBy(own, one));
  return issuer !== undefined && leadsTo([issuer, ...others.filter((one) => one !== issuer)], root);
}
