import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, DatabaseMember } from '../../lib/fleet/database';
import type { Lab } from '../lab';
import { serverUuid, sqlIn } from './attempts';
import type { Place, Probe, Verdict } from './probe';
import { channelOf, followInside, gtids, sourcePod, startChannel, statusOf } from './replication-sql';

const STARTS = 30_000;
const ROWS_ARRIVE = 20_000;
/** MySQL tries a lost source three times, ten seconds apart and more, before the next. */
const MOVES = 120_000;

/**
 * One replica of a database: its channel set up with the SQL that the operator runs, rows that arrive, the source pod
 * taken away, and brought back with another address. The probes depend on one another and are asked in order.
 */
export function replicationProbes(lab: Lab, database: Database, { at }: DatabaseMember): Probe[] {
  const replica: Place = { cluster: at.cluster.name, namespace: at.name, pod: database.pods[0] as string };
  const sources = database.pods.map((pod) => sourcePod(database, pod));
  const [first] = sources as [Place];
  const table = `proof.${`${replica.cluster}_${replica.namespace}`.replaceAll('-', '_')}`;

  const step = (name: string, expected: string, patienceMs: number, ask: Probe['ask']): Probe => ({
    group: 'replication',
    name: `${replica.cluster}/${replica.namespace} ← ${first.cluster}/${first.namespace}: ${name}`,
    expected,
    patienceMs,
    from: replica,
    ask,
  });
  const rows = async () =>
    (await sqlIn(lab, replica, `SELECT GROUP_CONCAT(n ORDER BY n) FROM ${table}`)).trim();
  const follows = async (host: string | undefined): Promise<Verdict> => {
    const status = await statusOf(lab, replica, database.channel);
    return {
      ok: status.running && status.host === host,
      seen: `${status.running ? 'follows' : 'tries'} ${status.host}`,
    };
  };

  const probes = [
    step('the channel starts', 'follows the source of the greatest weight', STARTS, async () => {
      const channel = await channelOf(lab, replica, database);
      await startChannel(lab, replica, channel);
      await sleep(1000);
      return follows(channel.sourcesList[0]?.host);
    }),
    step('rows arrive', 'all rows, and equal GTID sets', ROWS_ARRIVE, async () => {
      await sqlIn(
        lab,
        first,
        `CREATE DATABASE IF NOT EXISTS proof; CREATE TABLE IF NOT EXISTS ${table} (n INT PRIMARY KEY); REPLACE INTO ${table} VALUES (1), (2), (3)`,
      );
      await sleep(500);
      const arrived = await rows();
      const equal = (await gtids(lab, replica)) === (await gtids(lab, first));
      return {
        ok: arrived === '1,2,3' && equal,
        seen: `rows ${arrived}; GTID sets ${equal ? 'equal' : 'differ'}`,
      };
    }),
  ];
  if (sources.length < 2) return probes;

  let lost: { pod: Place; survivor: Place; address: string } | undefined;
  return [
    ...probes,
    step('the source pod is lost', 'follows another, and no row is lost', MOVES, async () => {
      if (!lost) {
        const pod = await followed(lab, replica, database, sources);
        const survivor = sources.find((one) => one !== pod) as Place;
        lost = { pod, survivor, address: lab.cluster(pod.cluster).pod(pod.namespace, pod.pod).address };
        await takeAway(lab, pod, database);
        for (const other of sources.filter((one) => one !== pod && one !== survivor))
          await followInside(lab, database, other, survivor);
        await sqlIn(lab, survivor, `INSERT INTO ${table} VALUES (4)`);
      }
      const { sourcesList } = await channelOf(lab, replica, database);
      // a channel of one source has a group behind its name
      const { ok, seen } = await follows((sourcesList[1] ?? sourcesList[0])?.host);
      const arrived = ok ? await rows() : '';
      return { ok: arrived === '1,2,3,4', seen: ok ? `${seen}; rows ${arrived}` : seen };
    }),
    step('the pod comes back', 'with another address, and nothing is lost', 60_000, async () => {
      if (!lost) throw new Error('no pod was lost');
      const { pod, survivor, address } = lost;
      await bringBack(lab, pod);
      await followInside(lab, database, pod, survivor);
      const channel = await channelOf(lab, replica, database);
      await startChannel(lab, replica, channel);
      await sqlIn(lab, survivor, `REPLACE INTO ${table} VALUES (5)`);
      await sleep(1000);
      const { ok, seen } = await follows(channel.sourcesList[0]?.host);
      const arrived = await rows();
      const moved = lab.cluster(pod.cluster).pod(pod.namespace, pod.pod).address !== address;
      return {
        ok: ok && moved && arrived === '1,2,3,4,5',
        seen: `${seen}, ${pod.pod} at ${moved ? 'another' : 'the same'} address; rows ${arrived}`,
      };
    }),
  ];
}

/** The pod that a replica is connected to, whatever name it dialled. */
async function followed(
  lab: Lab,
  replica: Place,
  database: Database,
  sources: readonly Place[],
): Promise<Place> {
  const { server } = await statusOf(lab, replica, database.channel);
  for (const source of sources) if ((await serverUuid(lab, source)) === server) return source;
  throw new Error(
    `${replica.namespace}/${replica.pod} follows ${server}, which is none of the source's pods`,
  );
}

/** A StatefulSet would bring its pod back at once: it is taken away first, and the operator that would make it again. */
async function takeAway(
  lab: Lab,
  { cluster: name, namespace, pod }: Place,
  database: Database,
): Promise<void> {
  const cluster = lab.cluster(name);
  await scaleOperator(lab, name, namespace, 0);
  await cluster.kubectl([
    'delete',
    'statefulset',
    `${database.name}-pxc`,
    '-n',
    namespace,
    '--cascade=orphan',
  ]);
  await cluster.deletePod(namespace, pod);
}

async function bringBack(lab: Lab, { cluster: name, namespace, pod }: Place): Promise<void> {
  await scaleOperator(lab, name, namespace, 1);
  const deadline = Date.now() + 60_000;
  // the operator makes the StatefulSet again, and that its missing pod
  while (!(await lab.cluster(name).client.find(`/api/v1/namespaces/${namespace}/pods/${pod}`))) {
    if (Date.now() > deadline) throw new Error(`${namespace}/${pod} does not come back`);
    await sleep(250);
  }
  await lab.cluster(name).waitPodReady(namespace, pod);
}

async function scaleOperator(lab: Lab, cluster: string, namespace: string, replicas: number): Promise<void> {
  const name = 'percona-xtradb-cluster-operator';
  await lab
    .cluster(cluster)
    .kubectl(['scale', 'deployment', name, '-n', namespace, `--replicas=${replicas}`]);
}
