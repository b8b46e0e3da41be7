import { Command } from 'commander';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError, fieldErrors, refuse } from '../errors';
import { shellWord } from '../shell';
import { CaDirectory } from './ca-directory';
import { cacertsErrors } from './cacerts-errors';
import { fingerprintsIn, shortFingerprint } from './certificate';
import {
  distributionHeading,
  distributionText,
  refreshCommand,
  requireDistributable,
  restartIstiodCommand,
} from './distribute';
import { givenRoot, rootWithKey } from './given-root';
import type { KeyPair } from './key-pair';
import { newRoot } from './new-certificate';
import { type NewIntermediates, newIntermediates } from './new-intermediates';
import {
  addIntermediateOptions,
  addRootOptions,
  type IntermediateOptions,
  type RootOptions,
} from './options';
import { filesOf, isStage, STAGES, type Stage } from './rotation';
import { pendingClusters } from './rotation-progress';
import { unreadableErrors } from './status';

type RotateOptions = IntermediateOptions & RootOptions;

/** `eastwest ca rotate FOLDER STAGE` */
export function rotateCommand(): Command {
  const stages = Object.entries(STAGES).map(([number, text]) => `  ${number}  ${text}`);
  const command = addRootOptions(
    addIntermediateOptions(new Command('rotate')),
    'in stage 1: use this new root, with --root-key, instead of making one',
  );
  return command
    .summary('Replaces the root under running proxies, in three stages.')
    .description(
      `Replaces the root under running proxies, in three stages. Apply each stage to every cluster, and wait until \`ca check\` reports that the next one is safe:\n${stages.join('\n')}`,
    )
    .argument('<folder>', 'the folder of `ca init`')
    .argument('<stage>', '1, 2 or 3')
    .action(rotate);
}

async function rotate(folder: string, number: string, options: RotateOptions): Promise<void> {
  const stage = stageArgument(number);
  requireDistributable(options);
  const directory = CaDirectory.existing(folder);
  refuse(unreadableErrors(directory));
  const pending = pendingClusters(stage, directory);
  const oldRoot = directory.rootCertificate;
  const root = await rootFor(stage, directory, options);
  const { pairs, note }: NewIntermediates =
    stage === 2 ? await newIntermediates(root, pending, options) : { pairs: new Map() };
  const made = pending.map((cluster) => ({
    cluster,
    files: filesOf(stage, directory.cacerts(cluster), oldRoot, root.certificate, pairs.get(cluster)),
  }));
  refuse(made.flatMap(({ cluster, files }) => cacertsErrors(`${directory.folder}/${cluster}`, files)));
  if (stage === 1 && !directory.nextRoot)
    directory.writeNextRoot(options.rootCert ? { certificate: root.certificate } : root);
  for (const { cluster, files } of made)
    console.log(`${cluster}: moved the previous files to ${directory.writeCluster(cluster, files)}`);
  if (stage === 3) console.log(`root: moved the previous files to ${directory.replaceRoot()}`);
  if (note) console.log(`\n${note}`);
  printNextSteps(stage, directory, options, oldRoot, root.certificate);
}

function stageArgument(number: string): Stage {
  const stage = Number(number);
  if (isStage(stage)) return stage;
  throw fieldErrors({
    path: '<stage>',
    expected: 'be 1, 2 or 3',
    actual: `'${number}'`,
    hint: 'begin a rotation with 1',
  });
}

/** The new root. Only stage 1 makes it or takes it from the user. Only stage 2 needs its key. */
async function rootFor(stage: Stage, directory: CaDirectory, options: RotateOptions): Promise<KeyPair> {
  const { rootCert, rootKey, rootDays: days, keyKind, trustDomain } = options;
  const next = directory.nextRoot;
  if (next && stage === 2) return rootWithKey(`${directory.folder}/next-root`, next, rootKey);
  if (next) return { certificate: next.certificate, key: next.key ?? '' };
  const given = givenRoot(rootCert, rootKey);
  if (!given) return newRoot({ name: 'root', days, keyKind, trustDomain });
  const [fingerprint = ''] = fingerprintsIn(given.certificate);
  if (fingerprintsIn(directory.rootCertificate)[0] === fingerprint)
    throw new CliError(
      `--root-cert: must be a new root, got the present one (${shortFingerprint(fingerprint)}); give another root, or none to make one`,
    );
  return given;
}

function printNextSteps(
  stage: Stage,
  { folder, clusters }: CaDirectory,
  options: RotateOptions,
  ...roots: [oldRoot: string, newRoot: string]
): void {
  const [old, fresh] = roots.map((pem) => shortFingerprint(fingerprintsIn(pem)[0] ?? ''));
  console.log(`\nStage ${stage} of 3: ${STAGES[stage]} (old root ${old}, new root ${fresh}).`);
  console.log(`${distributionHeading(options)}\n`);
  for (const cluster of clusters) {
    console.log(distributionText(folder, cluster, options));
    for (const command of refreshCommand(cluster, options)) console.log(command);
    console.log(`${restartIstiodCommand(cluster, options.istioNamespace)}\n`);
  }
  const until = stage < 3 ? `stage ${stage + 1} is safe` : 'every proxy trusts the new root alone';
  console.log(`Then run this until it reports that ${until}:\n${EASTWEST} ca check ${shellWord(folder)}`);
}
