import { existsSync, readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SECRET_STORE_KINDS } from '../../lib/model/ca-source';
import { type FieldError, formatError } from '../../lib/rules/field-error';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError } from '../errors';
import { KEY_KINDS, type KeyKind, newIntermediate, type Pair } from './authority';
import type { CarryOptions } from './carry';
import { certificatesIn, keyErrors, rootErrors } from './chain';
import { Hierarchy } from './hierarchy';

/** What every command says of the authorities that it makes. */
export interface IntermediateOptions extends CarryOptions {
  readonly keyKind: KeyKind;
  readonly days: number;
  readonly trustDomain: string;
  readonly rootKey?: string;
}

export function intermediateOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--key-kind <kind>', 'P-256, or RSA with 3072 bits').choices(KEY_KINDS).default('ecdsa'),
    )
    .option('--days <days>', 'how long an authority is valid; never longer than its root', days, 730)
    .option('--trust-domain <domain>', 'as in the fleet', 'cluster.local')
    .option('--root-key <file>', 'the key of a root that is kept elsewhere')
    .option('--istio-namespace <name>', 'the namespace of istiod', 'istio-system')
    .option(
      '--secret-store <name>',
      'the store of an ExternalSecret that brings the files; without one, kubectl does',
    )
    .addOption(
      new Option('--secret-store-kind <kind>', 'of that store')
        .choices(SECRET_STORE_KINDS)
        .default('ClusterSecretStore'),
    )
    .option('--remote-key <key>', 'the entry in that store, with {cluster} in it', 'istio/{cluster}/cacerts');
}

export function rootDaysOption(command: Command): Command {
  return command.option('--root-days <days>', 'how long a new root is valid', days, 3650);
}

export function givenRoot(certificateFile: string, keyFile: string): Pair {
  const certificate = readFile('--root-cert', certificateFile);
  const key = readFile('--root-key', keyFile);
  const errors = rootErrors(certificateFile, certificate);
  refuse(errors.length > 0 ? errors : keyErrors(keyFile, key, certificatesIn(certificate)[0]));
  return { certificate, key };
}

/** An authority for each cluster, made all before anything is written. */
export async function intermediates(
  root: Pair,
  clusters: readonly string[],
  { days, keyKind, trustDomain }: IntermediateOptions,
): Promise<Map<string, Pair>> {
  const made = clusters.map(
    async (name) => [name, await newIntermediate(root, { name, days, keyKind, trustDomain })] as const,
  );
  return new Map(await Promise.all(made));
}

export function existing(folder: string): Hierarchy {
  const hierarchy = new Hierarchy(folder);
  if (!hierarchy.exists)
    throw new CliError(
      `${hierarchy.folder} has no root; make one with: ${EASTWEST} ca init ${folder} CLUSTER...`,
    );
  return hierarchy;
}

export function readFile(option: string, file: string): string {
  if (!existsSync(file)) throw new CliError(`${option}: ${file} does not exist`);
  return readFileSync(file, 'utf8');
}

export function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new CliError(errors.map(formatError).join('\n'));
}

function days(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 36_500) return number;
  throw new InvalidArgumentError('give days, 1 to 36500.');
}
