import { CaDirectory } from '../../../cli/ca/ca-directory';
import type { Cacerts } from '../../../cli/ca/cacerts';
import type { Stage } from '../../../cli/ca/rotation';
import { eastwest } from '../../eastwest';
import { restartIstiod } from '../../mesh/istio';
import { applyCacerts } from '../../mesh/trust';
import { run } from '../../shell';
import type { RunningFleet } from '../context';
import type { Traffic } from '../traffic';

/** What the suites of a rotation take. */
export interface RotationContext extends RunningFleet {
  /** The folder of the root and the intermediate CAs. */
  readonly caFolder: string;
  /** The clusters that have an istiod. */
  readonly primaries: readonly string[];
  /** Dials every offer while the root is replaced. */
  readonly traffic: Traffic;
}

/** How long proxies may take to get certificates and roots after a stage. */
export const ARRIVAL_TIMEOUT = 180_000;

/** The old root, and the one that follows it. */
export interface Roots {
  readonly old: string;
  readonly next: string;
}

/** Runs a stage of `eastwest ca rotate`, and gives each cluster its files, one cluster after the other. */
export async function rotate(context: RotationContext, stage: Stage): Promise<Roots> {
  const { caFolder, primaries, say } = context;
  const old = new CaDirectory(caFolder).rootCertificate;
  await run(eastwest('ca', 'rotate', caFolder, String(stage)));
  const folder = new CaDirectory(caFolder);
  for (const name of primaries) {
    await distribute(context, name, folder.cacerts(name));
    say(`${name}: cacerts applied, istiod restarted`);
  }
  return { old, next: folder.nextRoot?.certificate ?? folder.rootCertificate };
}

/** Gives a cluster its files with the documented steps: istiod loads them as it starts. */
export async function distribute({ lab, fleet }: RunningFleet, name: string, files: Cacerts): Promise<void> {
  const cluster = lab.cluster(name);
  await applyCacerts(cluster, fleet.istioNamespace, files);
  await restartIstiod(cluster, fleet);
}
