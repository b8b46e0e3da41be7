import { Command } from 'commander';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError } from '../errors';
import { newRoot, type Pair } from './authority';
import { carryText, refreshCommand, requireCarriable } from './carry';
import { cacertsErrors, certificatesIn, keyErrors, rootErrors, short } from './chain';
import type { Hierarchy } from './hierarchy';
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
import { filesOf, isStage, STAGES, type Stage, stageOf } from './rotation';

interface RotateOptions extends IntermediateOptions {
  readonly rootDays: number;
  readonly rootCert?: string;
}

/** `eastwest ca rotate FOLDER STAGE` */
export function rotateCommand(): Command {
  const stages = Object.entries(STAGES).map(([number, text]) => `  ${number}  ${text}`);
  return rootDaysOption(intermediateOptions(new Command('rotate')))
    .description(
      `Replaces the root under running proxies, in three stages. Each is applied to every cluster, and checked, before the next:\n${stages.join('\n')}`,
    )
    .argument('<folder>')
    .argument('<stage>', '1, 2 or 3')
    .option('--root-cert <file>', 'the new root, with --root-key, where it exists already')
    .action(rotate);
}

async function rotate(folder: string, number: string, options: RotateOptions): Promise<void> {
  const stage = Number(number);
  if (!isStage(stage)) throw new CliError(`'${number}' is no stage: 1, 2 or 3`);
  requireCarriable(options);
  const hierarchy = existing(folder);
  if (hierarchy.clusters.length === 0)
    throw new CliError(`${hierarchy.folder} has no cluster whose root could be replaced`);
  const pending = clustersBefore(stage, hierarchy);
  const newOne = await rootFor(stage, hierarchy, options);
  const pairs = stage === 2 ? await intermediates(newOne, pending, options) : new Map<string, Pair>();
  const made = pending.map((cluster) => ({
    cluster,
    files: filesOf(
      stage,
      hierarchy.cacerts(cluster),
      hierarchy.rootCertificate,
      newOne.certificate,
      pairs.get(cluster),
    ),
  }));
  refuse(made.flatMap(({ cluster, files }) => cacertsErrors(cluster, files)));
  if (stage === 1 && !hierarchy.nextRoot)
    hierarchy.writeRoot(options.rootCert ? { certificate: newOne.certificate } : newOne, true);
  for (const { cluster, files } of made)
    console.log(`${cluster}: what was there is now in ${hierarchy.writeCluster(cluster, files)}`);
  const oldRoot = hierarchy.rootCertificate;
  if (stage === 3) console.log(`root: what was there is now in ${hierarchy.replaceRoot()}`);
  sayWhatNext(stage, hierarchy, options, oldRoot, newOne.certificate);
}

/** The clusters that the stage is still to reach; all of them must have been through the one before. */
function clustersBefore(stage: Stage, hierarchy: Hierarchy): string[] {
  const next = hierarchy.nextRoot?.certificate;
  const all = hierarchy.clusters.map((cluster) => ({
    cluster,
    at: stageOf(hierarchy.cacerts(cluster), hierarchy.rootCertificate, next),
  }));
  const lost = all.filter(({ at }) => at === undefined).map(({ cluster }) => cluster);
  if (lost.length > 0)
    throw new CliError(
      `${lost.join(', ')}: files that belong to no stage; put back what is in ${hierarchy.folder}/backup`,
    );
  const stages = all.map(({ cluster, at = 0 }) => ({ cluster, at: at as number }));
  const early = stages.filter(({ at }) => at < stage - 1);
  if (early.length > 0)
    throw new CliError(
      `stage ${stage} cannot come now: ${early.map(({ cluster, at }) => `${cluster} is in stage ${at}`).join(', ')}; next is stage ${Math.min(...early.map(({ at }) => at)) + 1}`,
    );
  const pending = stages.filter(({ at }) => at === stage - 1).map(({ cluster }) => cluster);
  if (pending.length === 0)
    throw new CliError(
      `stage ${stage} is done in every cluster; next is ${stage < 3 ? `stage ${stage + 1}` : 'nothing'}`,
    );
  return pending;
}

async function rootFor(stage: Stage, hierarchy: Hierarchy, options: RotateOptions): Promise<Pair> {
  const { rootCert, rootKey, rootDays, keyKind, trustDomain } = options;
  const next = hierarchy.nextRoot;
  if (next) return { certificate: next.certificate, key: stage === 2 ? keyOf(next, rootKey) : '' };
  if (rootCert === undefined) return newRoot({ name: 'root', days: rootDays, keyKind, trustDomain });
  if (rootKey === undefined)
    throw new CliError('--root-cert and --root-key belong together: give both, or neither');
  const given = givenRoot(rootCert, rootKey);
  const [old, fresh] = [hierarchy.rootCertificate, given.certificate].map(
    (pem) => certificatesIn(pem)[0]?.fingerprint256,
  );
  if (old === fresh)
    throw new CliError(`${rootCert} is the root that is there already (${short(old ?? '')}); give a new one`);
  return given;
}

function keyOf(
  next: { readonly certificate: string; readonly key?: string },
  file: string | undefined,
): string {
  const key = file ? readFile('--root-key', file) : next.key;
  if (key === undefined)
    throw new CliError("the new root's key is kept elsewhere; say where with --root-key");
  refuse([
    ...rootErrors('next-root/root-cert.pem', next.certificate),
    ...keyErrors(file ?? 'next-root/root-key.pem', key, certificatesIn(next.certificate)[0]),
  ]);
  return key;
}

function sayWhatNext(
  stage: Stage,
  hierarchy: Hierarchy,
  options: RotateOptions,
  oldRoot: string,
  newRoot_: string,
): void {
  const [before, after] = [oldRoot, newRoot_].map((pem) =>
    short(certificatesIn(pem)[0]?.fingerprint256 ?? ''),
  );
  console.log(`\nStage ${stage} of 3: ${STAGES[stage]} (old ${before}, new ${after}).`);
  console.log('In every cluster, with contexts called as the clusters:\n');
  for (const cluster of hierarchy.clusters) {
    console.log(carryText(hierarchy.folder, cluster, options));
    for (const command of refreshCommand(cluster, options)) console.log(command);
    // istiod takes a changed root file only as it starts, unless ISTIO_MULTIROOT_MESH is set
    console.log(
      `kubectl --context ${cluster} --namespace ${options.istioNamespace} rollout restart deployment --selector app=istiod\n`,
    );
  }
  if (stage < 3)
    console.log(
      `Then: ${EASTWEST} ca check ${hierarchy.folder}, until it says that stage ${stage + 1} is safe.`,
    );
}
