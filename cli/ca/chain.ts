import 'reflect-metadata';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { FieldError } from '../../lib/rules/field-error';
import type { Pair } from './authority';

/** The files of a cluster's authority, under the names that istiod knows them by. */
export const CACERTS_FILES = ['ca-cert.pem', 'ca-key.pem', 'root-cert.pem', 'cert-chain.pem'] as const;

/** Their contents. */
export type Cacerts = { readonly [file in (typeof CACERTS_FILES)[number]]: string };

/** The files of an authority that a root has signed, which is the one that is trusted. */
export function cacertsOf({ certificate, key }: Pair, root: string): Cacerts {
  return {
    'ca-cert.pem': certificate,
    'ca-key.pem': key,
    'root-cert.pem': root,
    'cert-chain.pem': `${certificate.trimEnd()}\n${root}`,
  };
}

/** Every certificate of a PEM text. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** What is wrong with a root: with what it is, when, and how strong. */
export function rootErrors(path: string, pem: string, now = new Date()): FieldError[] {
  return readable(path, pem, (roots) =>
    roots.flatMap((root) => [
      ...authorityErrors(path, root, now),
      ...(isIssuedBy(root, root)
        ? []
        : [error(path, 'be signed by itself', issuerOf(root), 'give the root of the chain')]),
      ...pathLengthErrors(path, root, (length) => length === undefined || length > 0, 'none, or 1 or more'),
    ]),
  );
}

/** What is wrong with a key: whether it belongs to a certificate, and how strong it is. */
export function keyErrors(path: string, pem: string, certificate: X509Certificate | undefined): FieldError[] {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return [
      error(
        path,
        'be a private key in PEM, without a password',
        'something else',
        'give the key that belongs to the certificate',
      ),
    ];
  }
  if (!certificate || certificate.checkPrivateKey(key)) return [];
  return [
    error(
      path,
      `belong to the certificate '${nameOf(certificate)}'`,
      'another key',
      'put the two of one pair together',
    ),
  ];
}

/** What is wrong with a cluster's authority, from its key to the root. */
export function cacertsErrors(folder: string, files: Cacerts, now = new Date()): FieldError[] {
  const at = (file: keyof Cacerts) => `${folder}/${file}`;
  const caPath = at('ca-cert.pem');
  const own = readable(caPath, files['ca-cert.pem'], (certificates) =>
    certificates
      .slice(0, 1)
      .flatMap((certificate) => [
        ...authorityErrors(caPath, certificate, now),
        ...pathLengthErrors(caPath, certificate, (length) => length === 0, '0'),
      ]),
  );
  const roots = rootErrors(at('root-cert.pem'), files['root-cert.pem'], now);
  if (own.length + roots.length > 0) return [...own, ...roots];
  const [certificate] = certificatesIn(files['ca-cert.pem']);
  return [
    ...keyErrors(at('ca-key.pem'), files['ca-key.pem'], certificate),
    ...chainErrors(at('cert-chain.pem'), files),
  ];
}

/** Clusters whose proxies are to trust one another must have the same roots. */
export function differentRootErrors(clusters: readonly { folder: string; files: Cacerts }[]): FieldError[] {
  const [first, ...others] = clusters;
  if (!first) return [];
  const wanted = fingerprints(first.files['root-cert.pem']);
  return others
    .filter(({ files }) => fingerprints(files['root-cert.pem']).join() !== wanted.join())
    .map(({ folder, files }) =>
      error(
        `${folder}/root-cert.pem`,
        `have the same roots as ${first.folder}/root-cert.pem (${wanted.map(short).join(', ')})`,
        fingerprints(files['root-cert.pem']).map(short).join(', '),
        'issue both under one root: their proxies refuse one another',
      ),
    );
}

/** A certificate's SHA-256 fingerprint, shortened to what tells two apart. */
export function short(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase();
}

/** Whether a certificate names an issuer and bears its signature. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function chainErrors(path: string, files: Cacerts): FieldError[] {
  const [own] = certificatesIn(files['ca-cert.pem']);
  const roots = certificatesIn(files['root-cert.pem']);
  return readable(path, files['cert-chain.pem'], (chain) => {
    const [first] = chain;
    if (!own || first?.fingerprint256 !== own.fingerprint256)
      return [
        error(
          path,
          'begin with the certificate in ca-cert.pem',
          nameOf(first),
          'write the intermediate first, then the root',
        ),
      ];
    const broken = chain.findIndex((one, index) => {
      const next = chain[index + 1];
      return next ? !isIssuedBy(one, next) : !roots.some((root) => isIssuedBy(one, root));
    });
    if (broken < 0) return [];
    const link = chain[broken];
    return [
      error(
        path,
        `lead to a root of root-cert.pem (${roots.map(nameOf).join(', ')})`,
        `'${nameOf(link)}', signed by ${issuerOf(link)}`,
        'put certificates and root of one hierarchy together',
      ),
    ];
  });
}

function authorityErrors(path: string, certificate: X509Certificate, now: Date): FieldError[] {
  const errors: FieldError[] = [];
  const parsed = new x509.X509Certificate(certificate.raw);
  const name = nameOf(certificate);
  if (parsed.notBefore > now)
    errors.push(
      error(
        path,
        'be valid by now',
        `'${name}', from ${day(parsed.notBefore)}`,
        'wait, or set the clock right',
      ),
    );
  if (parsed.notAfter <= now)
    errors.push(error(path, 'be valid still', `'${name}', until ${day(parsed.notAfter)}`, 'issue a new one'));
  const usages = parsed.getExtension(x509.KeyUsagesExtension)?.usages ?? 0;
  if (!certificate.ca || !(usages & x509.KeyUsageFlags.keyCertSign))
    errors.push(
      error(
        path,
        'be a certificate authority, with key usage keyCertSign',
        `'${name}', which may sign nothing`,
        'give the authority, not a certificate that it signed',
      ),
    );
  return [...errors, ...strengthErrors(path, certificate, parsed)];
}

function strengthErrors(
  path: string,
  certificate: X509Certificate,
  parsed: x509.X509Certificate,
): FieldError[] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const size = details?.modulusLength ?? Number(/\d{3}/.exec(details?.namedCurve ?? '')?.[0] ?? 0);
  const { hash } = parsed.signatureAlgorithm as { hash?: { name: string } };
  const isStrong = (type === 'rsa' && size >= 2048) || (type === 'ec' && size >= 256);
  return [
    ...(isStrong
      ? []
      : [
          error(
            path,
            'have an RSA key of 2048 bits or more, or an EC key of P-256 or more',
            `${type} ${size || ''}`.trim(),
            'make a new one',
          ),
        ]),
    ...(/^SHA-(256|384|512)$/.test(hash?.name ?? '')
      ? []
      : [
          error(
            path,
            'be signed with SHA-256, SHA-384 or SHA-512',
            hash?.name ?? 'an unknown algorithm',
            'make a new one',
          ),
        ]),
  ];
}

function pathLengthErrors(
  path: string,
  certificate: X509Certificate,
  holds: (length: number | undefined) => boolean,
  allowed: string,
): FieldError[] {
  const constraints = new x509.X509Certificate(certificate.raw).getExtension(x509.BasicConstraintsExtension);
  if (!constraints?.ca || holds(constraints.pathLength)) return [];
  return [
    error(
      path,
      `have the path length ${allowed}`,
      `${constraints.pathLength ?? 'none'}`,
      'issue one that may sign what it must and no more',
    ),
  ];
}

function readable(
  path: string,
  pem: string,
  then: (certificates: X509Certificate[]) => FieldError[],
): FieldError[] {
  let certificates: X509Certificate[] = [];
  try {
    certificates = certificatesIn(pem);
  } catch {
    // said below: what cannot be read is no certificate
  }
  if (certificates.length > 0) return then(certificates);
  return [
    error(
      path,
      'be a certificate in PEM',
      'something else',
      'give the file that begins with -----BEGIN CERTIFICATE-----',
    ),
  ];
}

function fingerprints(pem: string): string[] {
  return certificatesIn(pem)
    .map(({ fingerprint256 }) => fingerprint256)
    .sort();
}

function nameOf(certificate: X509Certificate | undefined): string {
  return certificate?.subject.split('\n').at(-1)?.replace('CN=', '') ?? 'nothing';
}

function issuerOf(certificate: X509Certificate | undefined): string {
  return `'${certificate?.issuer.split('\n').at(-1)?.replace('CN=', '') ?? ''}'`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function error(path: string, expected: string, actual: string, hint: string): FieldError {
  return { path, expected, actual, hint };
}
