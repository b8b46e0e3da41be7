import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, DatabaseMember } from '../../lib/model/database';
import type { Lab } from '../lab';
import { retry } from '../retry';
import { serverUuid, sqlIn } from './attempts';
import type { Place, Probe, Verdict } from './probe';
import {
  channelOf,
  followInside,
  gtids,
  joinSourcePods,
  preferred,
  sourcePod,
  startChannel,
  statusOf,
} from './replication-sql';

const STARTS = 30_000;
const ROWS_ARRIVE = 20_000;
/**
 * MySQL tries a lost source once more, a second later, and then the next; it takes a silent one for lost after `replica_net_timeout`, and
 * as long again for each try (docs/decisions/0016).
 */
const MOVES = 60_000;

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
      await joinSourcePods(lab, database);
      const channel = await channelOf(lab, replica, database);
      await startChannel(lab, replica, channel);
      await sleep(1000);
      return follows(preferred(channel)[0]);
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

  let moved: number | undefined;
  let lost: { pod: Place; survivor: Place; address: string; since: number } | undefined;
  const { offer } = database;
  return [
    ...probes,
    // a group has one name: which of its pods is behind it is not MySQL's choice
    ...(offer.hosts.length > 1
      ? [
          step('the source’s network falls silent', 'follows another, and the first again', 0, async () => {
            const [heaviest, next] = offer.hosts.map(({ consumerHost }) => consumerHost);
            const begin = Date.now();
            await silence(lab, first);
            const left = await until(() => follows(next), MOVES).finally(() => endSilence(lab, first));
            const seconds = (Date.now() - begin) / 1000;
            const back = await until(() => follows(heaviest), MOVES);
            return {
              ok: left.ok && back.ok,
              seen: `${left.seen} after ${seconds.toFixed(0)} s; ${back.seen} when it speaks again`,
            };
          }),
        ]
      : []),
    step('the source pod is lost', 'follows another, and no row is lost', MOVES, async () => {
      if (!lost) {
        const pod = await followed(lab, replica, database, sources);
        const survivor = sources.find((one) => one !== pod) as Place;
        const { address } = lab.cluster(pod.cluster).pod(pod.namespace, pod.pod);
        await takeAway(lab, pod, database);
        lost = { pod, survivor, address, since: Date.now() };
        for (const other of sources.filter((one) => one !== pod && one !== survivor))
          await followInside(lab, database, other, survivor);
        await sqlIn(lab, survivor, `INSERT INTO ${table} VALUES (4)`);
      }
      const [heaviest, next = heaviest] = preferred(await channelOf(lab, replica, database));
      // a channel of one source has a group behind its name
      const { ok, seen } = await follows(next);
      moved ??= ok ? (Date.now() - lost.since) / 1000 : undefined;
      const arrived = ok ? await rows() : '';
      return {
        ok: arrived === '1,2,3,4',
        seen: ok ? `${seen} after ${moved?.toFixed(0)} s; rows ${arrived}` : seen,
      };
    }),
    step('the pod comes back', 'with another address, and nothing is lost', 60_000, async () => {
      if (!lost) throw new Error('no pod was lost');
      const { pod, survivor, address } = lost;
      await bringBack(lab, pod, database);
      await followInside(lab, database, pod, survivor);
      const channel = await channelOf(lab, replica, database);
      await startChannel(lab, replica, channel);
      await sqlIn(lab, survivor, `REPLACE INTO ${table} VALUES (5)`);
      await sleep(1000);
      const { ok, seen } = await follows(preferred(channel)[0]);
      const arrived = await rows();
      const isElsewhere = lab.cluster(pod.cluster).pod(pod.namespace, pod.pod).address !== address;
      return {
        ok: ok && isElsewhere && arrived === '1,2,3,4,5',
        seen: `${seen}, ${pod.pod} at ${isElsewhere ? 'another' : 'the same'} address; rows ${arrived}`,
      };
    }),
  ];
}

const SILENCE = 'inet eastwest_silence';

/** No packet leaves or enters a pod any more, and nobody is told. */
async function silence(lab: Lab, { cluster, namespace, pod }: Place): Promise<void> {
  const chain = (hook: string, device: string) =>
    `chain ${hook} { type filter hook ${hook} priority -400; ${device} "lo" accept; drop; }\n`;
  const input = `table ${SILENCE} {\n${chain('input', 'iifname')}${chain('output', 'oifname')}}`;
  await nft(lab, { cluster, namespace, pod }, ['-f', '-'], input);
}

async function endSilence(lab: Lab, place: Place): Promise<void> {
  await nft(lab, place, ['delete', 'table', ...SILENCE.split(' ')]);
}

async function nft(
  lab: Lab,
  { cluster, namespace, pod }: Place,
  args: readonly string[],
  input?: string,
): Promise<void> {
  const { code, stderr } = await lab
    .cluster(cluster)
    .inPodNetwork(namespace, pod, ['nft', ...args], { input });
  if (code !== 0) throw new Error(`${namespace}/${pod}: nft: ${stderr.trim()}`);
}

async function until(attempt: () => Promise<Verdict>, timeoutMs: number): Promise<Verdict> {
  return (await retry(attempt, { until: ({ ok }) => ok, timeoutMs })).value;
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
  await scaleOperator(lab, database, 0);
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

async function bringBack(
  lab: Lab,
  { cluster: name, namespace, pod }: Place,
  database: Database,
): Promise<void> {
  await scaleOperator(lab, database, 1);
  // the operator makes the StatefulSet again, and that its missing pod
  const find = () => lab.cluster(name).client.find(`/api/v1/namespaces/${namespace}/pods/${pod}`);
  const { ok } = await retry(find, { until: (value) => value !== undefined, timeoutMs: 60_000 });
  if (!ok) throw new Error(`${namespace}/${pod} does not come back`);
  await lab.cluster(name).waitPodReady(namespace, pod);
}

/** The operator of the source. */
async function scaleOperator(lab: Lab, database: Database, replicas: number): Promise<void> {
  const { cluster, name: namespace } = database.operatorIn(database.source);
  const name = 'percona-xtradb-cluster-operator';
  await lab
    .cluster(cluster.name)
    .kubectl(['scale', 'deployment', name, '-n', namespace, `--replicas=${replicas}`]);
}
