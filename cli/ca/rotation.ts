import { type Cacerts, cacertsOf } from './cacerts';
import { certificatesIn, fingerprintsIn, isIssuedBy } from './certificate';
import type { KeyPair } from './key-pair';

/**
 * The stages in which a root is replaced under running proxies. A certificate is trusted everywhere before any proxy presents it.
 * No connection fails, provided that every proxy has reached a stage before any proxy enters the next one.
 */
export const STAGES = {
  1: 'proxies trust both roots; the old root issues certificates',
  2: 'proxies trust both roots; the new root issues certificates',
  3: 'proxies trust the new root alone',
} as const;

export type Stage = keyof typeof STAGES;

export function isStage(number: number): number is Stage {
  return number in STAGES;
}

/** The stage of a cluster's files: 0 before a rotation, undefined where they belong to neither root. */
export function stageOf(files: Cacerts, oldRoot: string, newRoot: string | undefined): 0 | Stage | undefined {
  const trusted = fingerprintsIn(files['root-cert.pem']);
  const [oldFingerprint] = fingerprintsIn(oldRoot);
  const [newFingerprint] = newRoot ? fingerprintsIn(newRoot) : [];
  const [own] = certificatesIn(files['ca-cert.pem']);
  if (!own || oldFingerprint === undefined) return undefined;
  const isUnder = (root: string | undefined) => {
    const [issuer] = root ? certificatesIn(root) : [];
    return issuer !== undefined && isIssuedBy(own, issuer);
  };
  const trusts = (...roots: (string | undefined)[]) =>
    trusted.length === roots.length && roots.every((one) => one !== undefined && trusted.includes(one));
  if (trusts(oldFingerprint) && isUnder(oldRoot)) return 0;
  if (trusts(oldFingerprint, newFingerprint)) return isUnder(oldRoot) ? 1 : isUnder(newRoot) ? 2 : undefined;
  return trusts(newFingerprint) && isUnder(newRoot) ? 3 : undefined;
}

/** The files of a cluster in a stage. Stage 2 needs an intermediate CA under the new root. */
export function filesOf(
  stage: Stage,
  files: Cacerts,
  oldRoot: string,
  newRoot: string,
  intermediate?: KeyPair,
): Cacerts {
  const both = `${oldRoot.trimEnd()}\n${newRoot.trimEnd()}\n`;
  if (stage === 1) return { ...files, 'root-cert.pem': both };
  if (stage === 3) return { ...files, 'root-cert.pem': newRoot };
  if (!intermediate) throw new Error('stage 2 needs an intermediate CA under the new root');
  return { ...cacertsOf(intermediate, newRoot), 'root-cert.pem': both };
}
