import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, DatabaseMember } from '../../lib/fleet/database';
import { password } from '../database/percona-operator';
import type { Lab } from '../lab';
import { sqlIn } from './attempts';
import type { Place, Probe } from './probe';

/** A replica's channel, read from the CR that was applied. */
interface Channel {
  readonly name: string;
  readonly sourcesList: readonly { readonly host: string; readonly port: number; readonly weight: number }[];
  readonly configuration: { readonly sourceRetryCount: number; readonly sourceConnectRetry: number };
}

const ROWS_ARRIVE = 20_000;

/**
 * One replica of a database: its channel set up with the SQL that the operator runs, rows that arrive, the source pod
 * taken away, and brought back with another address. The probes depend on one another and are asked in order.
 */
export function replicationProbes(lab: Lab, database: Database, member: DatabaseMember): Probe[] {
  const replica: Place = {
    cluster: member.at.cluster.name,
    namespace: member.at.name,
    pod: `${database.name}-pxc-0`,
  };
  const source = (ordinal: number): Place => ({
    cluster: database.source.cluster.name,
    namespace: database.source.name,
    pod: `${database.name}-pxc-${ordinal}`,
  });
  const size = database.offer.hosts.length;
  const step = (name: string, expected: string, patienceMs: number, ask: Probe['ask']): Probe => ({
    group: 'replication',
    name: `${replica.cluster}/${replica.namespace} ← ${database.source.cluster.name}: ${name}`,
    expected,
    patienceMs,
    from: replica,
    ask,
  });
  const table = `proof.${replica.cluster.replaceAll('-', '_')}`;
  const rows = (at: Place) => sqlIn(lab, at, `SELECT GROUP_CONCAT(n ORDER BY n) FROM ${table}`);
  const follows = async (host: string | undefined) => {
    const status = await statusOf(lab, replica, database.channel);
    return {
      ok: status.running && status.host === host,
      seen: `${status.running ? 'follows' : 'tries'} ${status.host}`,
    };
  };

  const probes = [
    step('the channel starts', 'follows the source of the greatest weight', 30_000, async () => {
      const channel = await channelOf(lab, replica, database);
      await startChannel(lab, replica, channel);
      await sleep(1000);
      return follows(byWeight(channel.sourcesList)[0]?.host);
    }),
    step('rows arrive', 'all rows, and equal GTID sets', ROWS_ARRIVE, async () => {
      await sqlIn(
        lab,
        source(0),
        `CREATE DATABASE IF NOT EXISTS proof; CREATE TABLE IF NOT EXISTS ${table} (n INT PRIMARY KEY); REPLACE INTO ${table} VALUES (1), (2), (3)`,
      );
      await sleep(500);
      const [arrived, mine, theirs] = [
        await rows(replica),
        await gtids(lab, replica),
        await gtids(lab, source(0)),
      ];
      return {
        ok: arrived.trim() === '1,2,3' && mine === theirs,
        seen: `rows ${arrived.trim()}; GTID sets ${mine === theirs ? 'equal' : 'differ'}`,
      };
    }),
  ];
  if (size < 2) return probes;

  let oldAddress = '';
  return [
    ...probes,
    step('the source pod is lost', 'follows the next source, and no row is lost', 120_000, async () => {
      if (!oldAddress) {
        oldAddress = lab.cluster(source(0).cluster).pod(source(0).namespace, source(0).pod).address;
        await takeAway(lab, source(0), database);
        await sqlIn(lab, source(1), `INSERT INTO ${table} VALUES (4)`);
      }
      const channel = await channelOf(lab, replica, database);
      const { ok, seen } = await follows(byWeight(channel.sourcesList)[1]?.host);
      const arrived = ok ? (await rows(replica)).trim() : '';
      return { ok: arrived === '1,2,3,4', seen: ok ? `${seen}; rows ${arrived}` : seen };
    }),
    step(
      'the pod comes back',
      'with another address, and is followed by its name again',
      60_000,
      async () => {
        await bringBack(lab, source(0));
        const runner = lab.cluster(source(0).cluster).pod(source(0).namespace, source(0).pod);
        await followInside(lab, database, source(0), source(1));
        const channel = await channelOf(lab, replica, database);
        await startChannel(lab, replica, channel);
        await sqlIn(lab, source(1), `REPLACE INTO ${table} VALUES (5)`);
        await sleep(1000);
        const { ok, seen } = await follows(byWeight(channel.sourcesList)[0]?.host);
        const arrived = (await rows(replica)).trim();
        const moved = runner.address !== oldAddress;
        return {
          ok: ok && moved && arrived === '1,2,3,4,5',
          seen: `${seen}, now at ${moved ? 'another' : 'the same'} address; rows ${arrived}`,
        };
      },
    ),
  ];
}

/**
 * The source's pods hold the same rows, as Galera would have it: here each follows the first. Called once for a database,
 * before its replicas follow it.
 */
export async function joinSourcePods(lab: Lab, database: Database): Promise<void> {
  const place = (pod: string): Place => ({
    cluster: database.source.cluster.name,
    namespace: database.source.name,
    pod,
  });
  const [first, ...others] = database.offer.hosts;
  for (const { name } of others) await followInside(lab, database, place(name), place(first?.name ?? ''));
}

async function followInside(lab: Lab, database: Database, at: Place, from: Place): Promise<void> {
  const host = `${from.pod}.${database.name}-pxc`;
  await sqlIn(
    lab,
    at,
    `STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='${host}', SOURCE_USER='replication', ` +
      `SOURCE_PASSWORD='${password('replication')}', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, ` +
      'GET_SOURCE_PUBLIC_KEY=1; START REPLICA',
  );
}

async function channelOf(
  lab: Lab,
  { cluster, namespace }: Place,
  { name, channel }: Database,
): Promise<Channel> {
  const path = `/apis/pxc.percona.com/v1/namespaces/${namespace}/perconaxtradbclusters/${name}`;
  const { spec } = await lab
    .cluster(cluster)
    .client.get<{ spec: { pxc: { replicationChannels: Channel[] } } }>(path);
  const found = spec.pxc.replicationChannels.find((one) => one.name === channel);
  if (!found) throw new Error(`${namespace}/${name} has no channel ${channel}`);
  return found;
}

function byWeight(sources: Channel['sourcesList']) {
  return [...sources].sort((a, b) => b.weight - a.weight);
}

/**
 * What the operator runs (percona-xtradb-cluster-operator, pkg/pxc/queries): it adds the sources that the channel does not
 * have yet, and points the channel at the one of the greatest weight.
 */
async function startChannel(
  lab: Lab,
  at: Place,
  { name, sourcesList, configuration }: Channel,
): Promise<void> {
  const quoted = `'${name}'`;
  const column = (sql: string) => sqlIn(lab, at, sql).then((lines) => lines.trim().split('\n'));
  const sources = await column(
    `SELECT host FROM performance_schema.replication_asynchronous_connection_failover WHERE channel_name=${quoted}`,
  );
  const [channels] = await column(
    `SELECT COUNT(*) FROM performance_schema.replication_connection_configuration WHERE channel_name=${quoted}`,
  );
  const [first] = byWeight(sourcesList);
  const statements = [
    ...(channels === '0' ? [] : [`STOP REPLICA FOR CHANNEL ${quoted}`]),
    ...sourcesList
      .filter(({ host }) => !sources.includes(host))
      .map(
        ({ host, port, weight }) =>
          `SELECT asynchronous_connection_failover_add_source(${quoted}, '${host}', ${port}, NULL, ${weight})`,
      ),
    `CHANGE REPLICATION SOURCE TO SOURCE_USER='replication', SOURCE_PASSWORD='${password('replication')}', ` +
      `SOURCE_HOST='${first?.host}', SOURCE_PORT=${first?.port}, SOURCE_CONNECTION_AUTO_FAILOVER=1, ` +
      `SOURCE_AUTO_POSITION=1, SOURCE_RETRY_COUNT=${configuration.sourceRetryCount}, ` +
      `SOURCE_CONNECT_RETRY=${configuration.sourceConnectRetry}, SOURCE_SSL=0, SOURCE_SSL_CA='', ` +
      `SOURCE_SSL_VERIFY_SERVER_CERT=1 FOR CHANNEL ${quoted}`,
    `CHANGE REPLICATION SOURCE TO GET_SOURCE_PUBLIC_KEY=1 FOR CHANNEL ${quoted}`,
    `START REPLICA FOR CHANNEL ${quoted}`,
  ];
  await sqlIn(lab, at, statements.join('; '));
}

async function statusOf(lab: Lab, at: Place, channel: string): Promise<{ host?: string; running: boolean }> {
  const line = await sqlIn(
    lab,
    at,
    'SELECT host, service_state FROM performance_schema.replication_connection_configuration ' +
      `JOIN performance_schema.replication_connection_status USING (channel_name) WHERE channel_name='${channel}'`,
  );
  const [host, state] = line.trim().split('\t');
  return { host, running: state === 'ON' };
}

async function gtids(lab: Lab, at: Place): Promise<string> {
  return (await sqlIn(lab, at, "SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')")).trim();
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
