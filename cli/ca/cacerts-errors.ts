import type { X509Certificate } from 'node:crypto';
import type { FieldError } from '../../lib/rules/field-error';
import type { Cacerts } from './cacerts';
import {
  certificatesIn,
  fingerprintsIn,
  isIssuedBy,
  issuerName,
  shortFingerprint,
  subjectName,
} from './certificate';
import { checkPem, intermediateErrors, keyErrors, rootErrors } from './certificate-errors';

/** Checks the files of one cluster, from the key of its intermediate CA to the root. */
export function cacertsErrors(folder: string, files: Cacerts, now = new Date()): FieldError[] {
  const at = (file: keyof Cacerts) => `${folder}/${file}`;
  const errors = [
    ...intermediateErrors(at('ca-cert.pem'), files['ca-cert.pem'], now),
    ...rootErrors(at('root-cert.pem'), files['root-cert.pem'], now),
  ];
  if (errors.length > 0) return errors;
  const [certificate] = certificatesIn(files['ca-cert.pem']);
  return [
    ...keyErrors(at('ca-key.pem'), files['ca-key.pem'], certificate),
    ...checkPem(at('cert-chain.pem'), files['cert-chain.pem'], (chain) =>
      chainErrors(at('cert-chain.pem'), chain, certificate, certificatesIn(files['root-cert.pem'])),
    ),
  ];
}

/** Checks that all clusters trust the same roots: proxies of clusters with different roots refuse one another. */
export function differentRootErrors(clusters: readonly { folder: string; files: Cacerts }[]): FieldError[] {
  const [first, ...others] = clusters;
  if (!first) return [];
  const rootsOf = (files: Cacerts) =>
    fingerprintsIn(files['root-cert.pem']).map(shortFingerprint).sort().join(', ');
  const expected = rootsOf(first.files);
  return others
    .filter(({ files }) => rootsOf(files) !== expected)
    .map(({ folder, files }) => ({
      path: `${folder}/root-cert.pem`,
      expected: `hold the same roots as ${first.folder}/root-cert.pem (${expected})`,
      actual: rootsOf(files),
      hint: 'issue both intermediate CAs under one root: proxies of clusters with different roots refuse one another',
    }));
}

function chainErrors(
  path: string,
  chain: readonly X509Certificate[],
  own: X509Certificate | undefined,
  roots: readonly X509Certificate[],
): FieldError[] {
  const [first] = chain;
  if (first && first.fingerprint256 !== own?.fingerprint256)
    return [
      {
        path,
        expected: 'begin with the certificate of ca-cert.pem',
        actual: `'${subjectName(first)}'`,
        hint: 'write the intermediate CA first and the root last',
      },
    ];
  const broken = chain.find((certificate, index) => {
    const next = chain[index + 1];
    return next ? !isIssuedBy(certificate, next) : !roots.some((root) => isIssuedBy(certificate, root));
  });
  if (!broken) return [];
  return [
    {
      path,
      expected: `lead to a root of root-cert.pem (${roots.map(subjectName).join(', ')})`,
      actual: `'${subjectName(broken)}', signed by '${issuerName(broken)}'`,
      hint: 'give a chain in which the next certificate, or a root of root-cert.pem, has signed each one',
    },
  ];
}
