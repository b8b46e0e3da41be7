import type { Check } from '../check';
import type { RunningFleet } from '../context';
import type { Suite } from '../suite';
import { channelChecks } from '../suites/replication';
import type { RotationContext } from './context';

export const replicationStarts: Suite<RotationContext> = {
  title: 'Replication starts',
  phase: 'sequential',
  available: noReplica,
  checks: (context) => replicaChecks(context).flat(),
};

export const replicationContinues: Suite<RotationContext> = {
  title: 'Replication has continued',
  phase: 'sequential',
  available: noReplica,
  // the rows, and not the start of the channel: it must not need one
  checks: (context) =>
    replicaChecks(context).flatMap(([, ...rows]) =>
      rows.map((check) => ({ ...check, name: `${check.name}, after the rotation` })),
    ),
};

function noReplica({ fleet }: RunningFleet): string | undefined {
  return fleet.databases.some(({ replicas }) => replicas.length > 0)
    ? undefined
    : 'no database has a replica';
}

/** The checks of each replica's channel. */
function replicaChecks(context: RunningFleet): Check[][] {
  return context.fleet.databases.flatMap((database) =>
    database.members
      .filter(({ role }) => role === 'replica')
      .map((member) => channelChecks(context, database, member)),
  );
}
