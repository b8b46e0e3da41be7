import { EASTWEST } from '../../lib/well-known/command';
import { CliError, fieldErrors } from '../errors';
import { shellWord } from '../shell';
import type { CaDirectory } from './ca-directory';
import { type Stage, stageOf } from './rotation';

type Progress = 0 | Stage;

/** The clusters that a stage has not reached yet. It throws where the stage cannot be run now: every cluster must have completed the stage before it. */
export function pendingClusters(stage: Stage, directory: CaDirectory): string[] {
  const progress = progressOf(directory);
  const lowest = Math.min(...progress.map(({ at }) => at));
  if (lowest < stage - 1)
    throw fieldErrors({
      path: '<stage>',
      expected: `be ${lowest + 1}`,
      actual: `${stage}, with ${describe(progress.filter(({ at }) => at < stage - 1))}`,
      hint: `run stage ${lowest + 1}: a stage begins when every cluster has completed the one before it`,
    });
  const pending = progress.filter(({ at }) => at === stage - 1);
  // An interrupted stage 3 may have reached every cluster and not the root: running it again completes it.
  if (pending.length === 0 && stage < 3)
    throw fieldErrors({
      path: '<stage>',
      expected: `be ${stage + 1}`,
      actual: `${stage}, which every cluster has completed`,
      hint: `run stage ${stage + 1}`,
    });
  return pending.map(({ cluster }) => cluster);
}

/** The stage in which all clusters are. A stage that was interrupted must be completed first. */
export function commonStage(directory: CaDirectory): 0 | 1 | 2 {
  const progress = progressOf(directory);
  const highest = Math.max(...progress.map(({ at }) => at)) as Progress;
  if (progress.every(({ at }) => at === highest) && highest !== 3) return highest;
  throw new CliError(
    `${directory.folder}: all clusters must be in the same stage, got ${describe(progress)}; complete it with: ${EASTWEST} ca rotate ${shellWord(directory.folder)} ${highest}`,
  );
}

function progressOf(directory: CaDirectory): { readonly cluster: string; readonly at: Progress }[] {
  const { folder, clusters, rootCertificate, nextRoot } = directory;
  if (clusters.length === 0)
    throw new CliError(
      `${folder} has no cluster; add one with: ${EASTWEST} ca issue ${shellWord(folder)} CLUSTER...`,
    );
  return clusters.map((cluster) => {
    const at = stageOf(directory.cacerts(cluster), rootCertificate, nextRoot?.certificate);
    if (at !== undefined) return { cluster, at };
    throw new CliError(
      `${folder}/${cluster}: must hold an intermediate CA under the root of this folder, got files of another root; restore the last ones from ${folder}/backup`,
    );
  });
}

function describe(progress: readonly { readonly cluster: string; readonly at: Progress }[]): string {
  return progress
    .map(({ cluster, at }) => `${cluster} ${at === 0 ? 'before stage 1' : `in stage ${at}`}`)
    .join(', ');
}
