import { Command } from 'commander';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError } from '../errors';
import { newRoot } from './authority';
import { type CarryOptions, carryText, requireCarriable } from './carry';
import { cacertsErrors, certificatesIn, keyErrors, rootErrors } from './chain';
import { checkCommand } from './check-command';
import { Hierarchy, RESERVED } from './hierarchy';
import {
  existing,
  givenRoot,
  type IntermediateOptions,
  intermediateOptions,
  intermediates,
  readFile,
  refuse,
  rootDaysOption,
} from './options';
import { rotateCommand } from './rotate-command';
import { hierarchyErrors, showText, statusOf } from './status';

interface InitOptions extends IntermediateOptions {
  readonly rootDays: number;
  readonly rootCert?: string;
}

/** `eastwest ca init|issue|show` */
export function caCommand(): Command {
  return new Command('ca')
    .description('Makes and keeps the authorities that the clusters of a mesh sign with, under one root.')
    .addCommand(initCommand())
    .addCommand(issueCommand())
    .addCommand(rotateCommand())
    .addCommand(checkCommand())
    .addCommand(showCommand());
}

function initCommand(): Command {
  return rootDaysOption(intermediateOptions(new Command('init')))
    .description('Makes a root, and an authority for each cluster.')
    .argument('<folder>', 'where they are kept: outside every repository')
    .argument('<clusters...>', 'the clusters, by their names in the fleet')
    .option('--root-cert <file>', 'a root that exists already, with --root-key; its key is not copied')
    .action(init);
}

function issueCommand(): Command {
  return intermediateOptions(new Command('issue'))
    .description('Makes new authorities for clusters, under the root that is there; the old ones are kept.')
    .argument('<folder>')
    .argument('<clusters...>')
    .action(issue);
}

function showCommand(): Command {
  return new Command('show')
    .description('Shows every authority and what is wrong with it; exit code 1 where something is.')
    .argument('<folder>')
    .option('--json', 'for programs')
    .action(show);
}

async function init(folder: string, clusters: string[], options: InitOptions): Promise<void> {
  requireNames(clusters);
  requireCarriable(options);
  const hierarchy = new Hierarchy(folder);
  if (hierarchy.exists)
    throw new CliError(
      `${hierarchy.folder} has a root already; add clusters with: ${EASTWEST} ca issue ${folder} CLUSTER`,
    );
  const { rootCert, rootKey, rootDays: days, keyKind, trustDomain } = options;
  if ((rootCert === undefined) !== (rootKey === undefined))
    throw new CliError('--root-cert and --root-key belong together: give both, or neither');
  const isGiven = rootCert !== undefined && rootKey !== undefined;
  const root = isGiven
    ? givenRoot(rootCert, rootKey)
    : await newRoot({ name: 'root', days, keyKind, trustDomain });
  // all is made before anything is written
  const made = await intermediates(root, clusters, options);
  hierarchy.writeRoot(isGiven ? { certificate: root.certificate } : root);
  for (const [cluster, pair] of made) hierarchy.writeAuthority(cluster, pair);
  finish(hierarchy, clusters, options);
}

async function issue(folder: string, clusters: string[], options: IntermediateOptions): Promise<void> {
  requireNames(clusters);
  requireCarriable(options);
  const hierarchy = existing(folder);
  if (hierarchy.nextRoot)
    throw new CliError(
      `${hierarchy.folder} is in the middle of a rotation; finish it first (${EASTWEST} ca rotate)`,
    );
  const key = options.rootKey ? readFile('--root-key', options.rootKey) : hierarchy.rootKey;
  if (key === undefined)
    throw new CliError(`${hierarchy.folder} does not hold the root's key; say where it is with --root-key`);
  const root = { certificate: hierarchy.rootCertificate, key };
  refuse([
    ...rootErrors('root-cert.pem', root.certificate),
    ...keyErrors(options.rootKey ?? 'root-key.pem', key, certificatesIn(root.certificate)[0]),
  ]);
  for (const [cluster, pair] of await intermediates(root, clusters, options)) {
    const backup = hierarchy.writeAuthority(cluster, pair);
    if (backup) console.log(`${cluster}: what was there is now in ${backup}`);
  }
  finish(hierarchy, clusters, options);
}

function show(folder: string, { json }: { readonly json?: boolean }): void {
  const hierarchy = existing(folder);
  const errors = hierarchyErrors(hierarchy);
  const status = statusOf(hierarchy);
  if (json) console.log(JSON.stringify({ authorities: status, errors }, undefined, 2));
  else console.log(showText(status, errors));
  if (errors.length > 0) process.exitCode = 1;
}

/** Checks what was made, and says how it gets into the clusters. */
function finish(hierarchy: Hierarchy, clusters: readonly string[], options: CarryOptions): void {
  refuse(clusters.flatMap((cluster) => cacertsErrors(cluster, hierarchy.cacerts(cluster))));
  console.log(showText(statusOf(hierarchy), []));
  const way =
    options.secretStore === undefined ? 'with contexts called as the clusters' : 'through the store';
  console.log(`\nTo carry them into the clusters, ${way}:\n`);
  for (const cluster of clusters) console.log(`${carryText(hierarchy.folder, cluster, options)}\n`);
}

/** Cluster names are folder names here. */
function requireNames(clusters: readonly string[]): void {
  for (const name of clusters) {
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
      throw new CliError(
        `'${name}' is no cluster's name: a-z, 0-9 and '-', beginning and ending with a letter or digit`,
      );
    if (RESERVED.includes(name))
      throw new CliError(`'${name}' is a folder of the hierarchy itself; call the cluster otherwise`);
  }
  if (new Set(clusters).size < clusters.length) throw new CliError('name each cluster once');
}
