import { type FieldError, formatError } from '../../lib/rules/field-error';
import { cacertsErrors, certificatesIn, differentRootErrors, rootErrors, short } from './chain';
import type { Hierarchy } from './hierarchy';

/** An authority, as `show` has it. */
export interface AuthorityStatus {
  readonly name: string;
  readonly fingerprint: string;
  readonly root: string;
  readonly key: string;
  readonly validUntil: string;
}

/** Every authority of a hierarchy, the root first. */
export function statusOf(hierarchy: Hierarchy): AuthorityStatus[] {
  const clusters = hierarchy.clusters.map((name) => ({ name, ...hierarchy.cacerts(name) }));
  return [
    ...rows('root', hierarchy.rootCertificate, hierarchy.rootCertificate),
    ...clusters.flatMap((one) => rows(one.name, one['ca-cert.pem'], one['root-cert.pem'])),
  ];
}

function rows(name: string, pem: string, roots: string): AuthorityStatus[] {
  const [certificate] = certificates(pem);
  if (!certificate) return [{ name, fingerprint: '', root: '', key: '', validUntil: '' }];
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  return [
    {
      name,
      fingerprint: short(certificate.fingerprint256),
      root: certificates(roots)
        .map(({ fingerprint256 }) => short(fingerprint256))
        .join(' '),
      key: type === 'rsa' ? `RSA ${details?.modulusLength}` : `${details?.namedCurve ?? type}`,
      validUntil: new Date(certificate.validTo).toISOString().slice(0, 10),
    },
  ];
}

function certificates(pem: string) {
  try {
    return certificatesIn(pem);
  } catch {
    return [];
  }
}

/** Everything that is wrong in a hierarchy. */
export function hierarchyErrors(hierarchy: Hierarchy, now = new Date()): FieldError[] {
  const clusters = hierarchy.clusters.map((folder) => ({ folder, files: hierarchy.cacerts(folder) }));
  const own = [
    ...rootErrors('root/root-cert.pem', hierarchy.rootCertificate, now),
    ...clusters.flatMap(({ folder, files }) => cacertsErrors(folder, files, now)),
  ];
  return [...hierarchy.permissionErrors(), ...own, ...(own.length > 0 ? [] : differentRootErrors(clusters))];
}

/** The table for readers, and what is wrong. */
export function showText(status: readonly AuthorityStatus[], errors: readonly FieldError[]): string {
  const header = ['', 'fingerprint', 'trusts the root', 'key', 'valid until'];
  const rows = [
    header,
    ...status.map((one) => [one.name, one.fingerprint, one.root, one.key, one.validUntil]),
  ];
  return [columns(rows), ...errors.map((one) => `\n${formatError(one)}`)].join('\n');
}

/** Text in columns, the first row their names. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
