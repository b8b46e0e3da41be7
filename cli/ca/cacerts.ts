import type { KeyPair } from './key-pair';

/**
 * The files of the Secret `cacerts`, from which istiod reads a plugged-in CA
 * (https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/).
 */
export const CACERTS_FILES = ['ca-cert.pem', 'ca-key.pem', 'root-cert.pem', 'cert-chain.pem'] as const;

/** The contents of these files. */
export type Cacerts = { readonly [file in (typeof CACERTS_FILES)[number]]: string };

/** The files of an intermediate CA that a root has signed. Proxies trust this root alone. */
export function cacertsOf({ certificate, key }: KeyPair, root: string): Cacerts {
  return {
    'ca-cert.pem': certificate,
    'ca-key.pem': key,
    'root-cert.pem': root,
    'cert-chain.pem': `${certificate.trimEnd()}\n${root}`,
  };
}
