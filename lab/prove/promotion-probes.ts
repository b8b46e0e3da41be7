import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFleet } from '../../lib/charts/fleet-manifests';
import { podLabels } from '../../lib/database/pxc/names';
import type { Cluster } from '../../lib/model/cluster';
import type { Database, DatabaseMember } from '../../lib/model/database';
import { Fleet } from '../../lib/model/fleet';
import { Stage } from '../../lib/model/stage';
import type { KubeObject } from '../kubernetes/objects';
import { selects } from '../kubernetes/selectors';
import type { Lab } from '../lab';
import { retry } from '../retry';
import { sqlIn } from './attempts';
import { allManifests, type Manifest } from './offers';
import type { Place, Probe, Verdict } from './probe';

const PAUSES = 120_000;

/**
 * What docs/isolated-gateway.md says of promotion: the replica is left where it is when it leaves the fleet, also by a tool that
 * prunes; and the steps for a promotion keep its rows and have it written. The last of all probes: the old source is paused.
 */
export function promotionProbes(lab: Lab, fleet: Fleet, dist: string): Probe[] {
  const database = fleet.databases.find(({ replicas }) => replicas.length > 0);
  const member = database?.members.find(({ role }) => role === 'replica');
  if (!database || !member) return [];
  const left = withDatabase(fleet, database, undefined);
  const promoted = withDatabase(fleet, database, member);
  // a fleet may need its database for something else: then there is no such edit of it
  if ([...left.errors(), ...promoted.errors()].length > 0) return [];
  const { cluster, name: namespace } = member.at;
  const at = lab.cluster(cluster.name);
  const replica: Place = { cluster: cluster.name, namespace, pod: database.pods[0] as string };
  const probe = (name: string, expected: string, ask: () => Promise<Verdict>): Probe => ({
    group: 'promotion',
    name: `${cluster.name}/${namespace}: ${name}`,
    expected,
    patienceMs: 0,
    from: replica,
    ask,
  });
  return [
    probe(
      'the replica leaves the fleet, and dist is pruned',
      'database, namespace and pods stay',
      async () => {
        const before = await identities(lab, database, member);
        const { deleted, kept } = await withDist(left, (fresh) => prune(lab, cluster, dist, fresh));
        await sleep(3000);
        const after = await identities(lab, database, member);
        await at.applyFolder(join(dist, cluster.name));
        return {
          ok: kept.length >= 2 && before.length > 2 && before.join() === after.join(),
          seen: `${deleted.length} objects deleted, ${kept.join(' and ')} kept; ${after.length} of ${before.length} as before`,
        };
      },
    ),
    probe(
      'the replica is promoted as the page says',
      'has all rows, takes new ones, and is as before',
      async () => {
        const source = lab.cluster(database.source.cluster.name);
        await source.kubectl([
          ...['patch', 'pxc', database.name, '-n', database.source.name],
          ...['--type', 'merge', '-p', '{"spec":{"pause":true}}'],
        ]);
        const stopped = await paused(lab, database);
        const before = await identities(lab, database, member);
        await withDist(promoted, async (fresh) => {
          await at.applyFolder(join(fresh, cluster.name));
          return prune(lab, cluster, dist, fresh);
        });
        const cr = await at.client.get<KubeObject & { spec: { pxc: { replicationChannels?: unknown } } }>(
          `/apis/pxc.percona.com/v1/namespaces/${namespace}/perconaxtradbclusters/${database.name}`,
        );
        await endChannel(lab, replica, database.channel);
        const rows = await writtenRows(lab, replica);
        const after = await identities(lab, database, member);
        const channels = cr.spec.pxc.replicationChannels === undefined ? 'no channel' : 'a channel';
        return {
          ok:
            stopped &&
            channels === 'no channel' &&
            before.length > 2 &&
            before.join() === after.join() &&
            rows.all === rows.before + 1 &&
            rows.before > 0,
          seen:
            `${stopped ? 'the source is paused' : 'the source runs on'}; ${channels}; ${rows.all} rows, ${rows.before} of them ` +
            `from before; ${after.length} of ${before.length} objects as before`,
        };
      },
    ),
  ];
}

/** The fleet with another say on a database: with one of its members as the source and no replicas, or without it. */
function withDatabase(fleet: Fleet, database: Database, source: DatabaseMember | undefined): Fleet {
  const {
    meshId,
    clusters,
    trustDomain,
    istioNamespace,
    discovery,
    controlPlane,
    networkPolicies,
    revision,
  } = fleet;
  const edited = new Fleet({
    ...{ meshId, clusters: [...clusters], trustDomain, istioNamespace, discovery },
    ...{ controlPlane, networkPolicies, revision },
  });
  for (const offer of fleet.workloadOffers) edited.offer(offer);
  const { name, settings, operatorNamespace } = database;
  if (source) edited.database({ ...settings, name, operatorNamespace, source: source.at, replicas: [] });
  return edited;
}

async function withDist<T>(fleet: Fleet, work: (dist: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'eastwest-promotion-'));
  try {
    writeFleet(fleet, folder);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Deletes what a cluster's folder no longer has, but for what says that it is kept: as Argo CD and Flux do, and in the lab by kubectl.
 * What a fleet's users have put beside it stays, for the edited fleet does not know it.
 */
async function prune(
  lab: Lab,
  cluster: Cluster,
  dist: string,
  fresh: string,
): Promise<{ deleted: string[]; kept: string[] }> {
  const own = new Set(allManifests(fresh, cluster.name).map(keyOf));
  const gone = allManifests(dist, cluster.name, (file) => !file.startsWith(Stage.WORKLOADS)).filter(
    (one) => !own.has(keyOf(one)),
  );
  const kept = gone.filter(isKept);
  const deleted = gone.filter((one) => !isKept(one));
  if (deleted.length > 0) {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: deleted });
    await lab
      .cluster(cluster.name)
      .kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], { input });
  }
  return { deleted: deleted.map(keyOf), kept: kept.map(({ kind, metadata }) => `${kind} ${metadata.name}`) };
}

/** Every tool finds its own word. */
function isKept({ metadata: { annotations = {} } }: Manifest): boolean {
  return (
    annotations['argocd.argoproj.io/sync-options']?.split(',').includes('Prune=false') === true &&
    annotations['kustomize.toolkit.fluxcd.io/prune'] === 'disabled'
  );
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The UIDs of the namespace, the custom resource and the pods: another object of the same name has another. */
async function identities(lab: Lab, { name }: Database, { at }: DatabaseMember): Promise<string[]> {
  const { client, pods } = lab.cluster(at.cluster.name);
  const objects = await Promise.all([
    client.find(`/api/v1/namespaces/${at.name}`),
    client.find(`/apis/pxc.percona.com/v1/namespaces/${at.name}/perconaxtradbclusters/${name}`),
  ]);
  const members = pods.filter(
    ({ pod }) => pod.metadata.namespace === at.name && selects({ matchLabels: podLabels(name) }, pod),
  );
  return [
    ...objects.flatMap((one) => (one && !one.metadata.deletionTimestamp ? [one.metadata.uid] : [])),
    ...members.map(({ pod }) => pod.metadata.uid).sort(),
  ];
}

async function paused(lab: Lab, { name, source }: Database): Promise<boolean> {
  const runs = () =>
    lab
      .cluster(source.cluster.name)
      .pods.some(
        ({ pod }) => pod.metadata.namespace === source.name && selects({ matchLabels: podLabels(name) }, pod),
      );
  return (await retry(runs, { until: (value) => !value, timeoutMs: PAUSES })).ok;
}

/**
 * What the operator runs when a channel is no longer listed (pkg/controller/pxc/replication.go, removeOutdatedChannels and
 * pkg/pxc/queries, StopReplication, DeleteReplicationSource), and with which it opens the database.
 */
async function endChannel(lab: Lab, at: Place, channel: string): Promise<void> {
  const sources = (
    await sqlIn(
      lab,
      at,
      `SELECT host, port FROM performance_schema.replication_asynchronous_connection_failover WHERE channel_name='${channel}'`,
    )
  )
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  await sqlIn(
    lab,
    at,
    [
      `STOP REPLICA FOR CHANNEL '${channel}'`,
      ...sources.map(
        ([host, port]) =>
          `SELECT asynchronous_connection_failover_delete_source('${channel}', '${host}', ${port}, NULL)`,
      ),
      'SET GLOBAL READ_ONLY=0',
    ].join('; '),
  );
}

/** Counts the rows that replication has brought, writes one, and counts again. */
async function writtenRows(lab: Lab, at: Place): Promise<{ before: number; all: number }> {
  const [table] = (
    await sqlIn(
      lab,
      at,
      "SELECT TABLE_NAME FROM information_schema.tables WHERE TABLE_SCHEMA='proof' LIMIT 1",
    )
  )
    .trim()
    .split('\n');
  const count = async () => Number((await sqlIn(lab, at, `SELECT COUNT(*) FROM proof.${table}`)).trim());
  const before = await count();
  await sqlIn(lab, at, `INSERT INTO proof.${table} VALUES (1000)`);
  return { before, all: await count() };
}
