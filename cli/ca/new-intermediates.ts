import { CliError } from '../errors';
import { certificatesIn } from './certificate';
import type { KeyPair } from './key-pair';
import { newIntermediate } from './new-certificate';
import type { IntermediateOptions } from './options';
import { intermediateDays } from './validity';

/** The new intermediate CAs by cluster, and what the user must know about their validity. */
export interface NewIntermediates {
  readonly pairs: ReadonlyMap<string, KeyPair>;
  readonly note?: string;
}

/** Makes an intermediate CA for each cluster. It writes nothing. */
export async function newIntermediates(
  root: KeyPair,
  clusters: readonly string[],
  { days: given, keyKind, trustDomain }: IntermediateOptions,
): Promise<NewIntermediates> {
  const [issuer] = certificatesIn(root.certificate);
  if (!issuer) throw new CliError('the root holds no certificate');
  const { days, note } = intermediateDays(given, issuer);
  const pairs = clusters.map(
    async (name) => [name, await newIntermediate(root, { name, days, keyKind, trustDomain })] as const,
  );
  return { pairs: new Map(await Promise.all(pairs)), note };
}
