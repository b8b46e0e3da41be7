import { newIntermediate, newRoot, type Pair } from '../../cli/ca/authority';
import {
  type Cacerts,
  cacertsErrors,
  certificatesIn,
  differentRootErrors,
  keyErrors,
  rootErrors,
} from '../../cli/ca/chain';
import { type FieldError, formatError } from '../../lib/rules/field-error';
import { weakRoot, workload } from '../support/certificates';

// What is wrong with authorities, of which none would be refused before proxies refuse one another

const OPTIONS = { keyKind: 'ecdsa', days: 730, trustDomain: 'cluster.local' } as const;
const DAY = 24 * 60 * 60 * 1000;
const later = (days: number) => new Date(Date.now() + days * DAY);

let root: Pair;
let other: Pair;
let own: Pair;
beforeAll(async () => {
  root = await newRoot({ ...OPTIONS, name: 'root', days: 3650 });
  other = await newRoot({ ...OPTIONS, name: 'other root', days: 3650 });
  own = await newIntermediate(root, { ...OPTIONS, name: 'cluster-a' });
});

const filesOf = (pair: Pair, more: Partial<Cacerts> = {}): Cacerts => ({
  'ca-cert.pem': pair.certificate,
  'ca-key.pem': pair.key,
  'root-cert.pem': root.certificate,
  'cert-chain.pem': pair.certificate + root.certificate,
  ...more,
});
const said = (errors: FieldError[]) => errors.map(formatError);
const errors = (files: Cacerts, now?: Date) => said(cacertsErrors('a', files, now));

test.each(['ecdsa', 'rsa'] as const)('what is made is sound: %s', async (keyKind) => {
  const made = await newRoot({ ...OPTIONS, name: 'root', keyKind });
  expect(said(rootErrors('root', made.certificate))).toEqual([]);
  const pair = await newIntermediate(made, { ...OPTIONS, name: 'a', keyKind: 'ecdsa' });
  const files = filesOf(pair, {
    'root-cert.pem': made.certificate,
    'cert-chain.pem': `${pair.certificate}${made.certificate}`,
  });
  expect(errors(files)).toEqual([]);
});

test('an authority ends with its root at the latest', async () => {
  const short = await newRoot({ ...OPTIONS, name: 'short', days: 10 });
  const [made] = certificatesIn((await newIntermediate(short, { ...OPTIONS, name: 'a' })).certificate);
  const [issuer] = certificatesIn(short.certificate);
  expect(made?.validTo).toBe(issuer?.validTo);
});

test('both roots of a rotation may be trusted at once', () => {
  expect(errors(filesOf(own, { 'root-cert.pem': root.certificate + other.certificate }))).toEqual([]);
});

test('before its time and after it', () => {
  const day = (date: string | undefined) => new Date(date ?? '').toISOString().slice(0, 10);
  // a certificate begins an hour early: not always today
  const [made] = certificatesIn(own.certificate);
  const [issuer] = certificatesIn(root.certificate);
  expect(errors(filesOf(own), later(-1))).toEqual([
    `a/ca-cert.pem: must be valid by now, got 'cluster-a', from ${day(made?.validFrom)}; wait, or set the clock right`,
    `a/root-cert.pem: must be valid by now, got 'root', from ${day(issuer?.validFrom)}; wait, or set the clock right`,
  ]);
  expect(errors(filesOf(own), later(731))).toEqual([
    `a/ca-cert.pem: must be valid still, got 'cluster-a', until ${day(made?.validTo)}; issue a new one`,
  ]);
});

test('a path length that lets it make authorities of its own', () => {
  expect(errors(filesOf(root))[0]).toBe(
    'a/ca-cert.pem: must have the path length 0, got 1; issue one that may sign what it must and no more',
  );
});

test('a leaf instead of an authority', async () => {
  expect(errors(filesOf(await workload(own)))[0]).toMatch(
    /^a\/ca-cert\.pem: must be a certificate authority, with key usage keyCertSign, got '.*', which may sign nothing; give the authority, not a certificate that it signed$/,
  );
});

test('a key that belongs to another, or is none', () => {
  expect(errors(filesOf(own, { 'ca-key.pem': other.key }))).toEqual([
    "a/ca-key.pem: must belong to the certificate 'cluster-a', got another key; put the two of one pair together",
  ]);
  expect(said(keyErrors('k', root.certificate, undefined))).toEqual([
    'k: must be a private key in PEM, without a password, got something else; give the key that belongs to the certificate',
  ]);
});

test('a chain that leads to another root, or begins with another certificate', () => {
  expect(errors(filesOf(own, { 'root-cert.pem': other.certificate }))).toEqual([
    "a/cert-chain.pem: must lead to a root of root-cert.pem (other root), got 'root', signed by 'root'; put certificates and root of one hierarchy together",
  ]);
  expect(errors(filesOf(own, { 'cert-chain.pem': root.certificate + own.certificate }))).toEqual([
    'a/cert-chain.pem: must begin with the certificate in ca-cert.pem, got root; write the intermediate first, then the root',
  ]);
  const broken = own.certificate + other.certificate;
  expect(errors(filesOf(own, { 'cert-chain.pem': broken }))[0]).toMatch(/got 'cluster-a', signed by 'root'/);
});

test('a certificate that names its issuer, who did not sign it', async () => {
  const namesake = await newRoot({ ...OPTIONS, name: 'root', days: 3650 });
  const forged = await newIntermediate(namesake, { ...OPTIONS, name: 'cluster-a' });
  expect(errors(filesOf(forged))).toEqual([expect.stringContaining("got 'cluster-a', signed by 'root'")]);
});

test('clusters with different roots', async () => {
  const foreign = await newIntermediate(other, { ...OPTIONS, name: 'cluster-b' });
  const b = filesOf(foreign, {
    'root-cert.pem': other.certificate,
    'cert-chain.pem': foreign.certificate + other.certificate,
  });
  const found = said(
    differentRootErrors([
      { folder: 'a', files: filesOf(own) },
      { folder: 'b', files: b },
    ]),
  );
  expect(found).toEqual([
    expect.stringMatching(
      /^b\/root-cert\.pem: must have the same roots as a\/root-cert\.pem \([0-9a-f]{16}\), got [0-9a-f]{16}; issue both under one root: their proxies refuse one another$/,
    ),
  ]);
});

test('weak keys and hashes', async () => {
  expect(said(rootErrors('r', await weakRoot({ bits: 1024 })))).toEqual([
    'r: must have an RSA key of 2048 bits or more, or an EC key of P-256 or more, got rsa 1024; make a new one',
  ]);
  expect(said(rootErrors('r', await weakRoot({ hash: 'SHA-1' })))).toEqual([
    'r: must be signed with SHA-256, SHA-384 or SHA-512, got SHA-1; make a new one',
  ]);
});

test('no certificate at all', () => {
  for (const text of [
    '',
    'hello',
    root.key,
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  ]) {
    expect(said(rootErrors('r', text))).toEqual([
      'r: must be a certificate in PEM, got something else; give the file that begins with -----BEGIN CERTIFICATE-----',
    ]);
  }
});

test('a root that another signed', () => {
  expect(said(rootErrors('r', own.certificate))).toEqual([
    "r: must be signed by itself, got 'root'; give the root of the chain",
    'r: must have the path length none, or 1 or more, got 0; issue one that may sign what it must and no more',
  ]);
});
