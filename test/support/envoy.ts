import type { KeyPair } from '../../cli/ca/key-pair';
import { workload } from './certificates';

/** Envoy's answer about its secrets. */
export function secretsDump(rootsPem: string, chainPem: string): string {
  const bytes = (text: string) => ({ inline_bytes: Buffer.from(text).toString('base64') });
  return JSON.stringify({
    configs: [
      { secret: { name: 'default', tls_certificate: { certificate_chain: bytes(chainPem) } } },
      { secret: { name: 'ROOTCA', validation_context: { trusted_ca: bytes(rootsPem) } } },
    ],
  });
}

/** The chain that a proxy presents: a workload certificate, and the CA that issued it. */
export async function presentedChain(issuer: KeyPair): Promise<string> {
  return `${(await workload(issuer)).certificate}\n${issuer.certificate}`;
}
