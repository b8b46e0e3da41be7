import { join } from 'node:path';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';
import type { Outcome, Target } from '../pod-images/dial';
import type { Outcome as Ended } from '../shell';

export type { Outcome, Target } from '../pod-images/dial';

const AT_ONCE = 64;

/** Dials all targets from a cluster's node: from outside every pod, as another cluster's proxy or an unauthorized client would. */
export function dialFromNode(lab: Lab, cluster: string, targets: readonly Target[]): Promise<Outcome[]> {
  return dial(lab, targets, (argv, options) => lab.cluster(cluster).onNode(argv, options));
}

/** Dials all targets from inside a pod's network. */
export function dialFromPod(
  lab: Lab,
  { cluster, namespace, pod }: PodRef,
  targets: readonly Target[],
): Promise<Outcome[]> {
  return dial(lab, targets, (argv, options) =>
    lab.cluster(cluster).pods.inNetwork(namespace, pod, argv, options),
  );
}

async function dial(
  lab: Lab,
  targets: readonly Target[],
  run: (argv: string[], options: { input: string; timeoutMs: number }) => Promise<Ended>,
): Promise<Outcome[]> {
  const input = JSON.stringify({ targets, atOnce: AT_ONCE });
  const argv = [process.execPath, join(lab.folder, 'dial.js')];
  const { stdout, stderr } = await run(argv, { input, timeoutMs: 300_000 });
  if (!stdout) throw new Error(stderr || 'the client output nothing');
  return JSON.parse(stdout) as Outcome[];
}
