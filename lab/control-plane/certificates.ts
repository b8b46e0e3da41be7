import 'reflect-metadata';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 60 * 60 * 1000;

/** A key and its certificate, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of the lab: of an API server, or of the mesh. */
export class CertificateAuthority implements KeyPair {
  private constructor(
    readonly certificate: string,
    readonly key: string,
    private readonly subject: string,
    private readonly keys: webcrypto.CryptoKeyPair,
  ) {}

  static async root(name: string): Promise<CertificateAuthority> {
    return CertificateAuthority.make(name);
  }

  /** An authority for one cluster, with so many authorities below it at most. */
  async intermediate(name: string, pathLength = 0): Promise<CertificateAuthority> {
    return CertificateAuthority.make(name, this, pathLength);
  }

  /** A server's certificate for names and addresses. */
  async server(name: string, names: readonly string[]): Promise<KeyPair> {
    const keys = await generate();
    const certificate = await x509.X509CertificateGenerator.create({
      ...common(`CN=${name}`),
      issuer: this.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({
            type: /^[\d.]+$/.test(value) ? ('ip' as const) : ('dns' as const),
            value,
          })),
        ),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
  }

  /** A workload's certificate for its SPIFFE identity, as istiod would issue it; or for names that istiod would not give. */
  async workload(
    names: string | readonly { readonly type: 'url' | 'dns'; readonly value: string }[],
    validity: { readonly notBefore?: Date; readonly notAfter?: Date } = {},
  ): Promise<KeyPair> {
    const keys = await generate();
    const alternatives = typeof names === 'string' ? [{ type: 'url' as const, value: names }] : names;
    const certificate = await x509.X509CertificateGenerator.create({
      ...common('O=cdk8s-eastwest lab'),
      ...validity,
      issuer: this.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      extensions: [
        ...(alternatives.length > 0
          ? [new x509.SubjectAlternativeNameExtension([...alternatives], true)]
          : []),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.clientAuth,
          x509.ExtendedKeyUsage.serverAuth,
        ]),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
  }

  private static async make(
    name: string,
    parent?: CertificateAuthority,
    pathLength?: number,
  ): Promise<CertificateAuthority> {
    const keys = await generate();
    const subject = `O=cdk8s-eastwest lab, CN=${name}`;
    const certificate = await x509.X509CertificateGenerator.create({
      ...common(subject),
      issuer: parent?.subject ?? subject,
      publicKey: keys.publicKey,
      signingKey: (parent?.keys ?? keys).privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(true, pathLength, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new CertificateAuthority(
      certificate.toString('pem'),
      await exportKey(keys.privateKey),
      subject,
      keys,
    );
  }
}

/** The key that signs service accounts' tokens: the API server signs with it and verifies by it. */
export function tokenKey(): string {
  // SEC 1 and not PKCS 8: the API server reads the public half out of this form only.
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();
}

function common(subject: string) {
  const now = Date.now();
  return {
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
      .toString('hex')
      .replace(/^./, '7'),
    subject,
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + 30 * DAY),
    signingAlgorithm: ALGORITHM,
  };
}

function generate(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
