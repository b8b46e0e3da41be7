import 'reflect-metadata';
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { FieldError } from '../../lib/rules/field-error';
import { day, isIssuedBy, issuerName, parsedCertificatesIn, subjectName } from './certificate';

/** Checks a root: that it is a self-signed CA, its dates, its path length, and how strong its key and hash are. */
export function rootErrors(path: string, pem: string, now = new Date()): FieldError[] {
  return checkPem(path, pem, (roots) =>
    roots.flatMap((root) => [
      ...caErrors(path, root, now),
      ...(isIssuedBy(root, root)
        ? []
        : [
            {
              path,
              expected: 'be self-signed',
              actual: `'${subjectName(root)}', signed by '${issuerName(root)}'`,
              hint: 'give the root at the end of the chain',
            },
          ]),
      ...pathLengthErrors(
        path,
        root,
        (length) => length === undefined || length > 0,
        'of 1 or more, or none',
      ),
    ]),
  );
}

/** Checks the certificate of an intermediate CA, which is the first one of its file. */
export function intermediateErrors(path: string, pem: string, now = new Date()): FieldError[] {
  return checkPem(path, pem, ([certificate]) =>
    certificate
      ? [
          ...caErrors(path, certificate, now),
          ...pathLengthErrors(path, certificate, (length) => length === 0, '0'),
        ]
      : [],
  );
}

/** Checks that a private key can be read, and that it belongs to the certificate where one is given. */
export function keyErrors(path: string, pem: string, certificate: X509Certificate | undefined): FieldError[] {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return [
      {
        path,
        expected: 'be a private key in PEM without a passphrase',
        actual: 'something else',
        hint: 'give the private key of the certificate',
      },
    ];
  }
  if (!certificate || certificate.checkPrivateKey(key)) return [];
  return [
    {
      path,
      expected: `be the private key of the certificate '${subjectName(certificate)}'`,
      actual: 'the key of another certificate',
      hint: 'give a certificate and a key that were made together',
    },
  ];
}

/** Checks that a file holds certificates, and then the certificates. */
export function checkPem(
  path: string,
  pem: string,
  check: (certificates: readonly X509Certificate[]) => FieldError[] = () => [],
): FieldError[] {
  const certificates = parsedCertificatesIn(pem);
  if (certificates.length > 0) return check(certificates);
  return [
    {
      path,
      expected: 'be a certificate in PEM',
      actual: pem === '' ? 'no content' : 'something else',
      hint: 'give the file that begins with -----BEGIN CERTIFICATE-----',
    },
  ];
}

function caErrors(path: string, certificate: X509Certificate, now: Date): FieldError[] {
  const parsed = new x509.X509Certificate(certificate.raw);
  const name = subjectName(certificate);
  const errors: FieldError[] = [];
  if (parsed.notBefore > now)
    errors.push({
      path,
      expected: 'be valid now',
      actual: `'${name}', valid from ${day(parsed.notBefore)}`,
      hint: 'correct the clock of this machine, or wait',
    });
  if (parsed.notAfter <= now)
    errors.push({
      path,
      expected: 'be valid now',
      actual: `'${name}', expired on ${day(parsed.notAfter)}`,
      hint: 'issue a new one',
    });
  const usages = parsed.getExtension(x509.KeyUsagesExtension)?.usages ?? 0;
  if (!certificate.ca || !(usages & x509.KeyUsageFlags.keyCertSign))
    errors.push({
      path,
      expected: 'be a CA certificate with the key usage keyCertSign',
      actual: `'${name}', which may not sign certificates`,
      hint: 'give the CA certificate, not one that the CA has signed',
    });
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
  const isStrongKey = (type === 'rsa' && size >= 2048) || (type === 'ec' && size >= 256);
  const isStrongHash = /^SHA-(256|384|512)$/.test(hash?.name ?? '');
  const hint = 'issue a new one';
  const keyError = {
    ...{ path, hint, actual: `${type} ${size || ''}`.trim() },
    expected: 'have an RSA key of 2048 bits or more, or an EC key of P-256 or more',
  };
  const hashError = {
    ...{ path, hint, actual: hash?.name ?? 'an unknown algorithm' },
    expected: 'be signed with SHA-256, SHA-384 or SHA-512',
  };
  return [...(isStrongKey ? [] : [keyError]), ...(isStrongHash ? [] : [hashError])];
}

function pathLengthErrors(
  path: string,
  certificate: X509Certificate,
  isAllowed: (length: number | undefined) => boolean,
  allowed: string,
): FieldError[] {
  const constraints = new x509.X509Certificate(certificate.raw).getExtension(x509.BasicConstraintsExtension);
  if (!constraints?.ca || isAllowed(constraints.pathLength)) return [];
  return [
    {
      path,
      expected: `have a path length ${allowed}`,
      actual: String(constraints.pathLength ?? 'none'),
      hint: 'issue a root with path length 1 and intermediate CAs with path length 0',
    },
  ];
}
