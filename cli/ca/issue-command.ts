import { Command } from 'commander';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError, refuse } from '../errors';
import { shellWord } from '../shell';
import { CaDirectory } from './ca-directory';
import { cacertsOf } from './cacerts';
import { cacertsErrors } from './cacerts-errors';
import { requireClusters } from './clusters';
import {
  type DistributionOptions,
  distributionHeading,
  distributionText,
  requireDistributable,
} from './distribute';
import { rootWithKey } from './given-root';
import { type NewIntermediates, newIntermediates } from './new-intermediates';
import { addIntermediateOptions, type IntermediateOptions } from './options';
import { showText, statusOf } from './status';

/** `eastwest ca issue FOLDER CLUSTER...` */
export function issueCommand(): Command {
  return addIntermediateOptions(new Command('issue'))
    .description(
      'Makes new intermediate CAs under the root of the folder. It moves previous ones to backup/.',
    )
    .argument('<folder>', 'the folder of `ca init`')
    .argument('<clusters...>', 'the clusters, by their names in the fleet')
    .action(issue);
}

async function issue(folder: string, clusters: string[], options: IntermediateOptions): Promise<void> {
  requireClusters(clusters);
  requireDistributable(options);
  const directory = CaDirectory.existing(folder);
  if (directory.nextRoot)
    throw new CliError(
      `${directory.folder}: a rotation is in progress; finish its stages first: ${EASTWEST} ca rotate ${shellWord(folder)} STAGE`,
    );
  const { rootCertificate: certificate, rootKey: key } = directory;
  const root = rootWithKey(`${directory.folder}/root`, { certificate, key }, options.rootKey);
  writeIntermediates(directory, certificate, await newIntermediates(root, clusters, options), options);
}

/** Checks new intermediate CAs, writes them, and tells how they get into the clusters. */
export function writeIntermediates(
  directory: CaDirectory,
  root: string,
  { pairs, note }: NewIntermediates,
  options: DistributionOptions,
  writeRoot: () => void = () => {},
): void {
  const made = [...pairs].map(([cluster, pair]) => ({ cluster, files: cacertsOf(pair, root) }));
  refuse(made.flatMap(({ cluster, files }) => cacertsErrors(`${directory.folder}/${cluster}`, files)));
  writeRoot();
  for (const { cluster, files } of made) {
    const backup = directory.writeCluster(cluster, files);
    if (backup) console.log(`${cluster}: moved the previous files to ${backup}`);
  }
  console.log(showText(statusOf(directory)));
  if (note) console.log(`\n${note}`);
  console.log(`\n${distributionHeading(options)}\n`);
  for (const { cluster } of made) console.log(`${distributionText(directory.folder, cluster, options)}\n`);
}
