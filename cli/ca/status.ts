import { type FieldError, formatError } from '../../lib/rules/field-error';
import { table } from '../table';
import type { CaDirectory } from './ca-directory';
import { cacertsErrors, differentRootErrors } from './cacerts-errors';
import { day, keyName, parsedCertificatesIn, shortFingerprint } from './certificate';
import { checkPem, keyErrors, rootErrors } from './certificate-errors';

/** A CA as `ca show` prints it. */
export interface CaStatus {
  /** The name of the CA's folder: `root`, `next-root`, or a cluster. */
  readonly name: string;
  readonly fingerprint: string;
  /** The roots that are trusted with it. */
  readonly root: string;
  readonly key: string;
  readonly validUntil: string;
}

/** Every CA of a directory, the root first. */
export function statusOf(directory: CaDirectory): CaStatus[] {
  const { rootCertificate, nextRoot, clusters } = directory;
  const cas = clusters.map((name) => ({ name, files: directory.cacerts(name) }));
  return [
    caStatus('root', rootCertificate, rootCertificate),
    ...(nextRoot ? [caStatus('next-root', nextRoot.certificate, nextRoot.certificate)] : []),
    ...cas.map(({ name, files }) => caStatus(name, files['ca-cert.pem'], files['root-cert.pem'])),
  ];
}

function caStatus(name: string, pem: string, roots: string): CaStatus {
  const [certificate] = parsedCertificatesIn(pem);
  if (!certificate) return { name, fingerprint: '', root: '', key: '', validUntil: '' };
  const fingerprints = parsedCertificatesIn(roots).map((root) => shortFingerprint(root.fingerprint256));
  return {
    name,
    fingerprint: shortFingerprint(certificate.fingerprint256),
    root: fingerprints.join(' '),
    key: keyName(certificate),
    validUntil: day(new Date(certificate.validTo)),
  };
}

/** Everything that is wrong in a directory. */
export function directoryErrors(directory: CaDirectory, now = new Date()): FieldError[] {
  const clusters = clustersOf(directory);
  const own = [
    ...rootsOf(directory).flatMap(({ folder, certificate, key }) => [
      ...rootErrors(`${folder}/root-cert.pem`, certificate, now),
      ...(key ? keyErrors(`${folder}/root-key.pem`, key, parsedCertificatesIn(certificate)[0]) : []),
    ]),
    ...clusters.flatMap(({ folder, files }) => cacertsErrors(folder, files, now)),
  ];
  return [...directory.permissionErrors(), ...own, ...(own.length > 0 ? [] : differentRootErrors(clusters))];
}

/** The files of a directory that hold no certificate. A rotation cannot compare them. */
export function unreadableErrors(directory: CaDirectory): FieldError[] {
  return [
    ...rootsOf(directory).flatMap(({ folder, certificate }) =>
      checkPem(`${folder}/root-cert.pem`, certificate),
    ),
    ...clustersOf(directory).flatMap(({ folder, files }) => [
      ...checkPem(`${folder}/ca-cert.pem`, files['ca-cert.pem']),
      ...checkPem(`${folder}/root-cert.pem`, files['root-cert.pem']),
    ]),
  ];
}

function rootsOf({ folder, rootCertificate, rootKey, nextRoot }: CaDirectory) {
  return [
    { folder: `${folder}/root`, certificate: rootCertificate, key: rootKey },
    ...(nextRoot ? [{ folder: `${folder}/next-root`, ...nextRoot }] : []),
  ];
}

function clustersOf(directory: CaDirectory) {
  return directory.clusters.map((name) => ({
    folder: `${directory.folder}/${name}`,
    files: directory.cacerts(name),
  }));
}

/** The CAs as a table for people, and what is wrong with them. */
export function showText(status: readonly CaStatus[], errors: readonly FieldError[] = []): string {
  const rows = status.map((one) => [one.name, one.fingerprint, one.key, one.validUntil, one.root]);
  const headings = ['CA', 'fingerprint', 'key', 'valid until', 'trusted roots'];
  return [table([headings, ...rows]), ...errors.map((one) => `\n${formatError(one)}`)].join('\n');
}
