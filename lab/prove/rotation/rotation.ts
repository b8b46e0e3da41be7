import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaDirectory } from '../../../cli/ca/ca-directory';
import { eastwest } from '../../eastwest';
import { applyCacerts } from '../../mesh/trust';
import { run } from '../../shell';
import type { ProvenApp } from '../app';
import type { RunningFleet } from '../context';
import type { Report } from '../report';
import { type RunOutcome, runSuites } from '../run-suites';
import { deployAppWith, inRunningFleet } from '../running-fleet';
import type { Suite } from '../suite';
import { Traffic } from '../traffic';
import type { RotationContext } from './context';
import { replicationContinues, replicationStarts } from './replication';
import { skippedStage } from './skipped-stage';
import { stageSuite } from './stages';

/** The life of proxies' certificates: they are renewed within half of it. It is a day elsewhere. */
const CERTIFICATE_LIFE = '60s';

/** The suites of a rotation, in order. */
const ROTATION_SUITES: readonly Suite<RotationContext>[] = [
  replicationStarts,
  stageSuite(1),
  stageSuite(2),
  stageSuite(3),
  replicationContinues,
  skippedStage,
];

/**
 * Replaces the root of a running fleet in the three stages of `eastwest ca rotate`, while databases replicate and clients dial every offer
 * over new connections.
 */
export function proveRotation(app: ProvenApp, name: string): Promise<Report> {
  // outside of the lab's folder, which may be in a repository
  const folder = mkdtempSync(join(tmpdir(), 'eastwest-rotation-'));
  const caFolder = join(folder, 'ca');
  const { clusters, istioNamespace } = app.fleet;
  const primaries = clusters.filter(({ primary }) => !primary).map((cluster) => cluster.name);
  const deploy = deployAppWith(app, {
    share: async (labClusters) => {
      await run(eastwest('ca', 'init', caFolder, ...primaries));
      for (const cluster of labClusters)
        await applyCacerts(cluster, istioNamespace, new CaDirectory(caFolder).cacerts(cluster.name));
    },
    proxyMetadata: { SECRET_TTL: CERTIFICATE_LIFE },
  });
  return inRunningFleet(
    app,
    name,
    deploy,
    (context) => rotateIn(context, caFolder, primaries),
    `${app.name}, its root replaced`,
  ).finally(() => rmSync(folder, { recursive: true, force: true }));
}

async function rotateIn(
  context: RunningFleet,
  caFolder: string,
  primaries: readonly string[],
): Promise<RunOutcome> {
  const traffic = new Traffic(context);
  await context.show('Clients dial every offer over new connections', () => traffic.start());
  try {
    return await runSuites(ROTATION_SUITES, { ...context, caFolder, primaries, traffic });
  } finally {
    await traffic.stop();
  }
}
