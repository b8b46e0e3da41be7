import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyPair } from '../../cli/ca/key-pair';

x509.cryptoProvider.set(webcrypto as never);

const DAY = 24 * 60 * 60 * 1000;
const dates = () => ({
  notBefore: new Date(Date.now() - DAY),
  notAfter: new Date(Date.now() + DAY),
  serialNumber: '01',
});

/** A root that nobody should use. */
export async function weakRoot({ bits = 2048, hash = 'SHA-256' }): Promise<string> {
  const algorithm = {
    ...{ name: 'RSASSA-PKCS1-v1_5', hash, modulusLength: bits },
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates(),
    ...{ name: 'CN=weak', keys, signingAlgorithm: algorithm },
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return certificate.toString('pem');
}

/** A certificate for a workload, which may sign nothing. */
export async function workload(issuer: KeyPair): Promise<KeyPair> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const der = createPrivateKey(issuer.key).export({ type: 'pkcs8', format: 'der' });
  const certificate = await x509.X509CertificateGenerator.create({
    ...dates(),
    subject: 'CN=leaf',
    issuer: new x509.X509Certificate(issuer.certificate).subject,
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']),
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(false)],
  });
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  return { certificate: certificate.toString('pem'), key };
}
