import { X509Certificate } from 'node:crypto';

/** Every certificate of a PEM text. It throws where a block cannot be parsed. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** As certificatesIn; an empty list where a block cannot be parsed. */
export function parsedCertificatesIn(pem: string): X509Certificate[] {
  try {
    return certificatesIn(pem);
  } catch {
    return [];
  }
}

/** The SHA-256 fingerprint of every certificate of a PEM text, in the order of the text. */
export function fingerprintsIn(pem: string): string[] {
  return certificatesIn(pem).map(({ fingerprint256 }) => fingerprint256);
}

/** A SHA-256 fingerprint, shortened for people. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase();
}

/** Whether the certificate names the issuer and the issuer's key has signed it. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** The common name of the certificate's subject. */
export function subjectName(certificate: X509Certificate): string {
  return commonName(certificate.subject);
}

/** The common name of the certificate's issuer. */
export function issuerName(certificate: X509Certificate): string {
  return commonName(certificate.issuer);
}

/** A public key as people name it: `RSA 3072`, `ECDSA P-256`. */
export function keyName({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === 'rsa') return `RSA ${details?.modulusLength}`;
  if (type !== 'ec') return String(type);
  // OpenSSL's names of the curves that NIST names P-256 and so on
  const curve = details?.namedCurve ?? '';
  const nist = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }[curve];
  return `ECDSA ${nist ?? curve}`;
}

/** A date as `2026-11-25`, in UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function commonName(distinguishedName: string | undefined): string {
  // a certificate may have an empty subject
  return distinguishedName?.split('\n').at(-1)?.replace('CN=', '') ?? '';
}
