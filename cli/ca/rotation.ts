import type { Pair } from './authority';
import { type Cacerts, cacertsOf, certificatesIn, isIssuedBy } from './chain';

/**
 * The stages in which a root is replaced under running proxies. Nothing fails on the way as long as every proxy has arrived in one
 * stage before any enters the next: who shows a certificate is always trusted already.
 */
export const STAGES = {
  1: 'both roots are trusted; certificates are of the old one',
  2: 'both roots are trusted; certificates are of the new one',
  3: 'the new root alone is trusted',
} as const;

export type Stage = keyof typeof STAGES;

export function isStage(number: number): number is Stage {
  return number in STAGES;
}

/** The stage that a cluster's files are in: 0 before a rotation, undefined where they fit neither root. */
export function stageOf(files: Cacerts, oldRoot: string, newRoot: string | undefined): 0 | Stage | undefined {
  const trusted = fingerprints(files['root-cert.pem']);
  const [before] = fingerprints(oldRoot);
  const [after] = newRoot ? fingerprints(newRoot) : [];
  const [own] = certificatesIn(files['ca-cert.pem']);
  if (!own || before === undefined) return undefined;
  const isOf = (root: string | undefined) => {
    const [issuer] = root ? certificatesIn(root) : [];
    return issuer !== undefined && isIssuedBy(own, issuer);
  };
  const trusts = (...wanted: (string | undefined)[]) =>
    trusted.length === wanted.length && wanted.every((one) => one !== undefined && trusted.includes(one));
  if (trusts(before) && isOf(oldRoot)) return 0;
  if (trusts(before, after)) return isOf(oldRoot) ? 1 : isOf(newRoot) ? 2 : undefined;
  return trusts(after) && isOf(newRoot) ? 3 : undefined;
}

/** A cluster's files in the next stage; for stage 2 with an authority that the new root has signed. */
export function filesOf(
  stage: Stage,
  files: Cacerts,
  oldRoot: string,
  newRoot: string,
  pair?: Pair,
): Cacerts {
  const both = `${oldRoot.trimEnd()}\n${newRoot.trimEnd()}\n`;
  if (stage === 1) return { ...files, 'root-cert.pem': both };
  if (stage === 3) return { ...files, 'root-cert.pem': newRoot };
  if (!pair) throw new Error('stage 2 needs an authority of the new root');
  return { ...cacertsOf(pair, newRoot), 'root-cert.pem': both };
}

function fingerprints(pem: string): string[] {
  return certificatesIn(pem).map(({ fingerprint256 }) => fingerprint256);
}
