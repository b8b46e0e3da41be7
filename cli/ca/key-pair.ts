import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);

/** The kinds of keys that a new CA certificate can have. P-256 is small and fast. RSA 3072 is for policies that require RSA. */
export const KEY_KINDS = ['ecdsa', 'rsa'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** The algorithm of each kind, as WebCrypto names it. */
export const ALGORITHMS = {
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 3072,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
} as const;

/** A certificate and its private key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Generates a key pair whose private key can be exported. */
export function generateKeys(kind: KeyKind): Promise<webcrypto.CryptoKeyPair> {
  const usages = ['sign', 'verify'] as const;
  return webcrypto.subtle.generateKey(ALGORITHMS[kind], true, usages) as Promise<webcrypto.CryptoKeyPair>;
}

/** A private key as PKCS #8 in PEM. */
export async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** An issuer's private key and its signature algorithm. Every PEM form that OpenSSL reads is accepted. */
export async function importSigningKey(pem: string) {
  const key = createPrivateKey(pem);
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  const curve = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }[namedCurve ?? ''];
  const signingAlgorithm =
    key.asymmetricKeyType === 'rsa'
      ? { name: ALGORITHMS.rsa.name, hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: curve, hash: curve === 'P-384' ? 'SHA-384' : 'SHA-256' };
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, signingAlgorithm, false, ['sign']);
  return { signingKey, signingAlgorithm };
}
