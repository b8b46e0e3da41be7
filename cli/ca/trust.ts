import type { X509Certificate } from 'node:crypto';
import { certificatesIn, isIssuedBy } from './chain';

/** What a proxy trusts and shows, as its Envoy has it. */
export interface ProxyTrust {
  /** Fingerprints of the roots that it trusts. */
  readonly roots: readonly string[];
  readonly chain: readonly X509Certificate[];
}

/** What every proxy must have before the next stage of a rotation. */
export interface Expected {
  /** The roots that it must trust, and no others. */
  readonly trusts: readonly X509Certificate[];
  /** The root that its certificate must lead to. */
  readonly of: X509Certificate;
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

/** Where Envoy's admin interface has the secrets that istio-agent gave it; keys are left out there. */
export const SECRETS_PATH = 'config_dump?resource=dynamic_active_secrets';

/** Reads what Envoy says at SECRETS_PATH. */
export function proxyTrust(dump: string): ProxyTrust {
  const secrets = ((JSON.parse(dump) as SecretsDump).configs ?? []).flatMap(({ secret }) => secret ?? []);
  const certificates = (bytes?: string) =>
    certificatesIn(Buffer.from(bytes ?? '', 'base64').toString('utf8'));
  const named = (wanted: string) => secrets.find(({ name }) => name === wanted);
  return {
    roots: certificates(named('ROOTCA')?.validation_context?.trusted_ca?.inline_bytes).map(
      ({ fingerprint256 }) => fingerprint256,
    ),
    chain: certificates(named('default')?.tls_certificate?.certificate_chain?.inline_bytes),
  };
}

/** Why a proxy is not as expected; undefined where it is. */
export function missingIn({ roots, chain }: ProxyTrust, { trusts, of }: Expected): string | undefined {
  if (roots.length === 0 || chain.length === 0) return 'has no certificates yet';
  const wanted = trusts.map(({ fingerprint256 }) => fingerprint256);
  if (wanted.some((one) => !roots.includes(one))) return 'does not trust every root yet';
  if (roots.some((one) => !wanted.includes(one))) return 'trusts another root still';
  return leadsTo(chain, of) ? undefined : 'shows a certificate of another root still';
}

/** From the proxy's own certificate on, by signatures: istiod appends the roots that it trusts, which says nothing. */
function leadsTo([own, ...others]: readonly X509Certificate[], root: X509Certificate): boolean {
  if (!own) return false;
  if (isIssuedBy(own, root)) return true;
  const issuer = others.find((one) => isIssuedBy(own, one));
  return issuer !== undefined && leadsTo([issuer, ...others.filter((one) => one !== issuer)], root);
}
