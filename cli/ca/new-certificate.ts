import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import {
  ALGORITHMS,
  exportKey,
  generateKeys,
  importSigningKey,
  type KeyKind,
  type KeyPair,
} from './key-pair';
import { DAY } from './validity';

/** Clocks of two machines may differ by this time before a new certificate seems not valid yet. */
const CLOCK_SKEW = 5 * 60 * 1000;

/** The settings of a new CA certificate. */
export interface CertificateOptions {
  /** The common name (CN). */
  readonly name: string;
  readonly keyKind: KeyKind;
  /** Days from now on. */
  readonly days: number;
  /** The trust domain. SPIFFE requires it in a signing certificate as a URI SAN without a path (X.509-SVID, 4.1). */
  readonly trustDomain: string;
  /** @default - the present time */
  readonly now?: Date;
}

/** Makes a self-signed root CA. Its path length allows one level of intermediate CAs. */
export async function newRoot(options: CertificateOptions): Promise<KeyPair> {
  const keys = await generateKeys(options.keyKind);
  const subject = subjectOf(options);
  const certificate = await x509.X509CertificateGenerator.create({
    ...serialAndDates(options),
    subject,
    issuer: subject,
    signingAlgorithm: ALGORITHMS[options.keyKind],
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      ...(await signingExtensions(keys.publicKey, options)),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** Makes an intermediate CA under a root. It signs workload certificates and no further CAs. It never outlives its root. */
export async function newIntermediate(root: KeyPair, options: CertificateOptions): Promise<KeyPair> {
  const keys = await generateKeys(options.keyKind);
  const issuer = new x509.X509Certificate(root.certificate);
  const { notAfter, ...serialAndNotBefore } = serialAndDates(options);
  const certificate = await x509.X509CertificateGenerator.create({
    ...serialAndNotBefore,
    notAfter: new Date(Math.min(notAfter.getTime(), issuer.notAfter.getTime())),
    subject: subjectOf(options),
    issuer: issuer.subject,
    ...(await importSigningKey(root.key)),
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      ...(await signingExtensions(keys.publicKey, options)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

function subjectOf({ name, trustDomain }: CertificateOptions): string {
  return `O=${trustDomain}, CN=${name}`;
}

function serialAndDates({ days, now = new Date() }: CertificateOptions) {
  // A positive number of 127 bits. The CA/Browser Forum requires 64 random bits.
  const serial = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return {
    serialNumber: serial.toString('hex'),
    notBefore: new Date(now.getTime() - CLOCK_SKEW),
    notAfter: new Date(now.getTime() + days * DAY),
  };
}

async function signingExtensions(
  publicKey: webcrypto.CryptoKey,
  { trustDomain }: CertificateOptions,
): Promise<x509.Extension[]> {
  return [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${trustDomain}` }]),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
  ];
}
