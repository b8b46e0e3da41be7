import { Command } from 'commander';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError } from '../errors';
import { shellWord } from '../shell';
import { CaDirectory } from './ca-directory';
import { requireClusters } from './clusters';
import { requireDistributable } from './distribute';
import { givenRoot } from './given-root';
import { writeIntermediates } from './issue-command';
import { newRoot } from './new-certificate';
import { newIntermediates } from './new-intermediates';
import {
  addIntermediateOptions,
  addRootOptions,
  type IntermediateOptions,
  type RootOptions,
} from './options';

/** `eastwest ca init FOLDER CLUSTER...` */
export function initCommand(): Command {
  const command = addRootOptions(
    addIntermediateOptions(new Command('init')),
    'use this root, with --root-key, instead of a new one; its key is not copied',
  );
  return command
    .description('Makes a root CA and an intermediate CA for each cluster.')
    .argument('<folder>', 'the folder for certificates and keys, outside of every git repository')
    .argument('<clusters...>', 'the clusters, by their names in the fleet')
    .action(init);
}

async function init(
  folder: string,
  clusters: string[],
  options: IntermediateOptions & RootOptions,
): Promise<void> {
  requireClusters(clusters);
  requireDistributable(options);
  const directory = new CaDirectory(folder);
  if (directory.exists)
    throw new CliError(
      `${directory.folder} has a root CA already; add clusters with: ${EASTWEST} ca issue ${shellWord(folder)} CLUSTER...`,
    );
  const { rootCert, rootKey, rootDays: days, keyKind, trustDomain } = options;
  const given = givenRoot(rootCert, rootKey);
  const root = given ?? (await newRoot({ name: 'root', days, keyKind, trustDomain }));
  const made = await newIntermediates(root, clusters, options);
  const stored = given ? { certificate: given.certificate } : root;
  writeIntermediates(directory, root.certificate, made, options, () => directory.writeRoot(stored));
}
