import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);

/** The kinds of keys that Istio signs with: P-256 is small and fast, RSA 3072 is for those who must. */
export const KEY_KINDS = ['ecdsa', 'rsa'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const DAY = 24 * 60 * 60 * 1000;
/** How far clocks of machines may differ without a new certificate seeming not yet valid. */
const CLOCK_SKEW = 5 * 60 * 1000;

const ALGORITHMS = {
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 3072,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
} as const;

/** A certificate and its key, as PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is made with. */
export interface AuthorityOptions {
  readonly name: string;
  readonly keyKind: KeyKind;
  readonly days: number;
  /** The trust domain, which SPIFFE has in signing certificates as a URI without a path. */
  readonly trustDomain: string;
  readonly now?: Date;
}

/** A root: it signs itself, and may be followed by one authority for each cluster. */
export async function newRoot(options: AuthorityOptions): Promise<Pair> {
  const algorithm = ALGORITHMS[options.keyKind];
  const keys = await generate(algorithm);
  const subject = subjectOf(options);
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(options),
    ...{ subject, issuer: subject, signingAlgorithm: algorithm },
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      ...(await signs(keys.publicKey, options)),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exported(keys.privateKey) };
}

/** A cluster's authority under a root: it signs workloads, and no further authorities. */
export async function newIntermediate(root: Pair, options: AuthorityOptions): Promise<Pair> {
  const algorithm = ALGORITHMS[options.keyKind];
  const keys = await generate(algorithm);
  const issuer = new x509.X509Certificate(root.certificate);
  const { signingKey, signingAlgorithm } = await imported(root.key);
  const { notAfter, ...more } = common(options);
  const certificate = await x509.X509CertificateGenerator.create({
    ...more,
    // what outlives its issuer is not trusted at its end
    notAfter: new Date(Math.min(notAfter.getTime(), issuer.notAfter.getTime())),
    subject: subjectOf(options),
    ...{ issuer: issuer.subject, signingKey, signingAlgorithm },
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      ...(await signs(keys.publicKey, options)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exported(keys.privateKey) };
}

function subjectOf({ name, trustDomain }: AuthorityOptions): string {
  return `O=${trustDomain}, CN=${name}`;
}

function common({ days, now = new Date() }: AuthorityOptions) {
  // 127 bits: positive, and as many as CAs in browsers must have twice over
  const serial = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return {
    serialNumber: serial.toString('hex'),
    notBefore: new Date(now.getTime() - CLOCK_SKEW),
    notAfter: new Date(now.getTime() + days * DAY),
  };
}

async function signs(
  publicKey: webcrypto.CryptoKey,
  { trustDomain }: AuthorityOptions,
): Promise<x509.Extension[]> {
  return [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${trustDomain}` }]),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
  ];
}

function generate(algorithm: (typeof ALGORITHMS)[KeyKind]): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function exported(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** A root's key to sign with, whichever PEM form it is in. */
async function imported(pem: string) {
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
