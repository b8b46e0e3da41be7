import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFleet } from '../../../lib/charts/fleet-manifests';
import { podsOf as databasePods } from '../../../lib/database/members';
import { podLabels } from '../../../lib/database/pxc/names';
import type { Database, DatabaseMember } from '../../../lib/model/database';
import { Fleet } from '../../../lib/model/fleet';
import { validate } from '../../../lib/validation/validate';
import type { KubeObject } from '../../kubernetes/objects';
import type { PodRef } from '../../kubernetes/pod-ref';
import { selects } from '../../kubernetes/selectors';
import type { Lab } from '../../lab';
import { retry } from '../../retry';
import { sqlIn } from '../attempts';
import type { Check, Observation } from '../check';
import type { ProofContext } from '../context';
import { refOf } from '../manifests';
import { withMutation } from '../mutation';
import { prune, pruned } from '../pruning';
import { endChannel } from '../replication-sql';
import type { Suite } from '../suite';

const PAUSE_TIMEOUT = 120_000;
/** How long controllers may take to delete the dependents of what was pruned. */
const SETTLING = 3_000;

/**
 * The steps of docs/isolated-gateway.md. A replica that leaves the fleet stays where it is, also where a tool prunes; the steps of a
 * promotion keep its rows and let clients write to it. The last suite: the old source stays paused.
 */
export const promotion: Suite = {
  title: 'A replica that leaves the fleet stays, and can be promoted',
  phase: 'disruptive',
  available: (context) => {
    const plan = planOf(context);
    return typeof plan === 'string' ? plan : undefined;
  },
  checks: (context) => {
    const plan = planOf(context);
    return typeof plan === 'string' ? [] : promotionChecks(context, plan);
  },
};

/** The replica that is promoted, and the two edits of the fleet. */
interface Promotion {
  readonly database: Database;
  readonly member: DatabaseMember;
  readonly left: Fleet;
  readonly promoted: Fleet;
}

/** The first replica of the fleet; or why no replica can be promoted. */
function planOf({ fleet }: ProofContext): Promotion | string {
  const database = fleet.databases.find(({ replicas }) => replicas.length > 0);
  const member = database?.members.find(({ role }) => role === 'replica');
  if (!database || !member) return 'no database has a replica';
  const left = withDatabase(fleet, database, undefined);
  const promoted = withDatabase(fleet, database, member);
  const [error] = [...validate(left), ...validate(promoted)];
  if (error)
    return `without the database, or with the replica as its source, the fleet is not valid: ${error.path}`;
  return { database, member, left, promoted };
}

function promotionChecks({ lab, dist }: ProofContext, plan: Promotion): Check[] {
  const { database, member } = plan;
  const { cluster, name: namespace } = member.at;
  const replica: PodRef = { cluster: cluster.name, namespace, pod: databasePods(database)[0] as string };
  const check = (name: string, expected: string, run: Check['run']): Check => ({
    ...{ group: 'promotion', name: `${cluster.name}/${namespace}: ${name}`, expected },
    ...{ timeoutMs: 0, from: replica, run },
  });
  return [
    check('the replica leaves the fleet, and dist is pruned', 'database, namespace and pods stay', () =>
      leave(lab, dist, plan),
    ),
    check(
      'the replica is promoted with the documented steps',
      'has all rows, takes new ones, and keeps its objects',
      () => promote(lab, dist, plan, replica),
    ),
  ];
}

async function leave(lab: Lab, dist: string, { database, member, left }: Promotion): Promise<Observation> {
  const { cluster } = member.at;
  const before = await identities(lab, database, member);
  return withDist(left, async (fresh) => {
    const { deleted, kept } = pruned(cluster, dist, fresh);
    const mutation = {
      name: 'dist is pruned',
      objects: deleted.map((manifest) => refOf(cluster.name, manifest)),
      apply: () => prune(lab, cluster, dist, fresh),
      revert: () => lab.cluster(cluster.name).kubectl.applyFolder(join(dist, cluster.name)),
    };
    const after = await withMutation(mutation, async () => {
      await sleep(SETTLING);
      return identities(lab, database, member);
    });
    const names = kept.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    return {
      ok: kept.length >= 2 && before.length > 2 && before.join() === after.join(),
      observed: `${deleted.length} objects deleted, ${names.join(' and ')} kept; ${after.length} of ${before.length} as before`,
    };
  });
}

async function promote(
  lab: Lab,
  dist: string,
  { database, member, promoted }: Promotion,
  replica: PodRef,
): Promise<Observation> {
  const { cluster, name: namespace } = member.at;
  const at = lab.cluster(cluster.name);
  await lab
    .cluster(database.source.cluster.name)
    .kubectl.run([
      ...['patch', 'pxc', database.name, '-n', database.source.name],
      ...['--type', 'merge', '-p', '{"spec":{"pause":true}}'],
    ]);
  const stopped = await paused(lab, database);
  const before = await identities(lab, database, member);
  await withDist(promoted, async (fresh) => {
    await at.kubectl.applyFolder(join(fresh, cluster.name));
    await prune(lab, cluster, dist, fresh);
  });
  const cr = await at.client.get<KubeObject & { spec: { pxc: { replicationChannels?: unknown } } }>(
    `/apis/pxc.percona.com/v1/namespaces/${namespace}/perconaxtradbclusters/${database.name}`,
  );
  await endChannel(lab, replica, database.channel);
  const rows = await writtenRows(lab, replica);
  const after = await identities(lab, database, member);
  const hasChannel = cr.spec.pxc.replicationChannels !== undefined;
  return {
    ok:
      stopped &&
      !hasChannel &&
      before.length > 2 &&
      before.join() === after.join() &&
      rows.all === rows.before + 1 &&
      rows.before > 0,
    observed:
      `${stopped ? 'the source is paused' : 'the source runs on'}; ${hasChannel ? 'a channel' : 'no channel'}; ` +
      `${rows.all} rows, ${rows.before} of them from before; ${after.length} of ${before.length} objects as before`,
  };
}

/** The fleet with a database that has one of its members as the source and no replicas, or without the database. */
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
  for (const offer of fleet.offers) edited.offer(offer);
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

/** The UIDs of the namespace, the custom resource and the pods: another object of the same name has another. */
async function identities(lab: Lab, { name }: Database, { at }: DatabaseMember): Promise<string[]> {
  const { client, pods } = lab.cluster(at.cluster.name);
  const objects = await Promise.all([
    client.find(`/api/v1/namespaces/${at.name}`),
    client.find(`/apis/pxc.percona.com/v1/namespaces/${at.name}/perconaxtradbclusters/${name}`),
  ]);
  const members = pods.all.filter(
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
      .pods.all.some(
        ({ pod }) => pod.metadata.namespace === source.name && selects({ matchLabels: podLabels(name) }, pod),
      );
  return (await retry(runs, { until: (value) => !value, timeoutMs: PAUSE_TIMEOUT })).ok;
}

/** Counts the rows that replication has brought, writes one, and counts again. */
async function writtenRows(lab: Lab, at: PodRef): Promise<{ before: number; all: number }> {
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
