import type { Cacerts } from '../../cli/ca/cacerts';
import { cacertsErrors, differentRootErrors } from '../../cli/ca/cacerts-errors';
import { certificatesIn } from '../../cli/ca/certificate';
import { keyErrors, rootErrors } from '../../cli/ca/certificate-errors';
import type { KeyPair } from '../../cli/ca/key-pair';
import { newIntermediate, newRoot } from '../../cli/ca/new-certificate';
import { type FieldError, formatError } from '../../lib/rules/field-error';
import { weakRoot, workload } from '../support/certificates';

// Without these checks a wrong file shows only when proxies refuse one another

const OPTIONS = { keyKind: 'ecdsa', days: 730, trustDomain: 'cluster.local' } as const;
const DAY = 24 * 60 * 60 * 1000;
const later = (days: number) => new Date(Date.now() + days * DAY);

let root: KeyPair;
let other: KeyPair;
let own: KeyPair;
beforeAll(async () => {
  root = await newRoot({ ...OPTIONS, name: 'root', days: 3650 });
  other = await newRoot({ ...OPTIONS, name: 'other root', days: 3650 });
  own = await newIntermediate(root, { ...OPTIONS, name: 'cluster-a' });
});

const filesOf = (pair: KeyPair, more: Partial<Cacerts> = {}): Cacerts => ({
  'ca-cert.pem': pair.certificate,
  'ca-key.pem': pair.key,
  'root-cert.pem': root.certificate,
  'cert-chain.pem': pair.certificate + root.certificate,
  ...more,
});
const texts = (errors: FieldError[]) => errors.map(formatError);
const errors = (files: Cacerts, now?: Date) => texts(cacertsErrors('a', files, now));

test.each(['ecdsa', 'rsa'] as const)('new certificates pass: %s', async (keyKind) => {
  const made = await newRoot({ ...OPTIONS, name: 'root', keyKind });
  expect(texts(rootErrors('root', made.certificate))).toEqual([]);
  const pair = await newIntermediate(made, { ...OPTIONS, name: 'a', keyKind: 'ecdsa' });
  const files = filesOf(pair, {
    'root-cert.pem': made.certificate,
    'cert-chain.pem': `${pair.certificate}${made.certificate}`,
  });
  expect(errors(files)).toEqual([]);
});

test('an intermediate CA never outlives its root', async () => {
  const short = await newRoot({ ...OPTIONS, name: 'short', days: 10 });
  const [made] = certificatesIn((await newIntermediate(short, { ...OPTIONS, name: 'a' })).certificate);
  const [issuer] = certificatesIn(short.certificate);
  expect(made?.validTo).toBe(issuer?.validTo);
});

test('both roots of a rotation may be trusted at once', () => {
  expect(errors(filesOf(own, { 'root-cert.pem': root.certificate + other.certificate }))).toEqual([]);
});

test('not valid yet, and expired', () => {
  const day = (date: string | undefined) => new Date(date ?? '').toISOString().slice(0, 10);
  // a certificate is valid from a few minutes before: not always today
  const [made] = certificatesIn(own.certificate);
  const [issuer] = certificatesIn(root.certificate);
  expect(errors(filesOf(own), later(-1))).toEqual([
    `a/ca-cert.pem: must be valid now, got 'cluster-a', valid from ${day(made?.validFrom)}; correct the clock of this machine, or wait`,
    `a/root-cert.pem: must be valid now, got 'root', valid from ${day(issuer?.validFrom)}; correct the clock of this machine, or wait`,
  ]);
  expect(errors(filesOf(own), later(731))).toEqual([
    `a/ca-cert.pem: must be valid now, got 'cluster-a', expired on ${day(made?.validTo)}; issue a new one`,
  ]);
});

test('a path length that allows further CAs', () => {
  expect(errors(filesOf(root))[0]).toBe(
    'a/ca-cert.pem: must have a path length 0, got 1; issue a root with path length 1 and intermediate CAs with path length 0',
  );
});

test('a workload certificate instead of a CA', async () => {
  expect(errors(filesOf(await workload(own)))[0]).toMatch(
    /^a\/ca-cert\.pem: must be a CA certificate with the key usage keyCertSign, got '.*', which may not sign certificates; give the CA certificate, not one that the CA has signed$/,
  );
});

test('the key of another certificate, and a file that is no key', () => {
  expect(errors(filesOf(own, { 'ca-key.pem': other.key }))).toEqual([
    "a/ca-key.pem: must be the private key of the certificate 'cluster-a', got the key of another certificate; give a certificate and a key that were made together",
  ]);
  expect(texts(keyErrors('k', root.certificate, undefined))).toEqual([
    'k: must be a private key in PEM without a passphrase, got something else; give the private key of the certificate',
  ]);
});

test('a chain that leads to another root, or begins with another certificate', () => {
  expect(errors(filesOf(own, { 'root-cert.pem': other.certificate }))).toEqual([
    "a/cert-chain.pem: must lead to a root of root-cert.pem (other root), got 'root', signed by 'root'; give a chain in which the next certificate, or a root of root-cert.pem, has signed each one",
  ]);
  expect(errors(filesOf(own, { 'cert-chain.pem': root.certificate + own.certificate }))).toEqual([
    "a/cert-chain.pem: must begin with the certificate of ca-cert.pem, got 'root'; write the intermediate CA first and the root last",
  ]);
  const broken = own.certificate + other.certificate;
  expect(errors(filesOf(own, { 'cert-chain.pem': broken }))[0]).toMatch(/got 'cluster-a', signed by 'root'/);
});

test('a certificate that names an issuer that did not sign it', async () => {
  const sameName = await newRoot({ ...OPTIONS, name: 'root', days: 3650 });
  const forged = await newIntermediate(sameName, { ...OPTIONS, name: 'cluster-a' });
  expect(errors(filesOf(forged))).toEqual([expect.stringContaining("got 'cluster-a', signed by 'root'")]);
});

test('clusters with different roots', async () => {
  const foreign = await newIntermediate(other, { ...OPTIONS, name: 'cluster-b' });
  const b = filesOf(foreign, {
    'root-cert.pem': other.certificate,
    'cert-chain.pem': foreign.certificate + other.certificate,
  });
  const found = texts(
    differentRootErrors([
      { folder: 'a', files: filesOf(own) },
      { folder: 'b', files: b },
    ]),
  );
  expect(found).toEqual([
    expect.stringMatching(
      /^b\/root-cert\.pem: must hold the same roots as a\/root-cert\.pem \([0-9a-f]{16}\), got [0-9a-f]{16}; issue both intermediate CAs under one root: proxies of clusters with different roots refuse one another$/,
    ),
  ]);
});

test('weak keys and hashes', async () => {
  expect(texts(rootErrors('r', await weakRoot({ bits: 1024 })))).toEqual([
    'r: must have an RSA key of 2048 bits or more, or an EC key of P-256 or more, got rsa 1024; issue a new one',
  ]);
  expect(texts(rootErrors('r', await weakRoot({ hash: 'SHA-1' })))).toEqual([
    'r: must be signed with SHA-256, SHA-384 or SHA-512, got SHA-1; issue a new one',
  ]);
});

test('no certificate at all', () => {
  for (const text of [
    '',
    'hello',
    root.key,
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  ]) {
    expect(texts(rootErrors('r', text))).toEqual([
      `r: must be a certificate in PEM, got ${text === '' ? 'no content' : 'something else'}; give the file that begins with -----BEGIN CERTIFICATE-----`,
    ]);
  }
});

test('a root that another CA has signed', () => {
  expect(texts(rootErrors('r', own.certificate))).toEqual([
    "r: must be self-signed, got 'cluster-a', signed by 'root'; give the root at the end of the chain",
    'r: must have a path length of 1 or more, or none, got 0; issue a root with path length 1 and intermediate CAs with path length 0',
  ]);
});
