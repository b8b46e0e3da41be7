import { podsOf as databasePods } from '../../lib/database/members';
import type { Database } from '../../lib/model/database';
import { password } from '../database/percona-operator';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';
import { sqlIn } from './attempts';

/** A replica's channel, read from the CR that was applied. */
export interface Channel {
  readonly name: string;
  readonly sourcesList: readonly Source[];
  readonly configuration: { readonly sourceRetryCount: number; readonly sourceConnectRetry: number };
}

interface Source {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

/** How long the first pod may take to get the others' rows. */
const CATCHES_UP_SECONDS = 20;

/**
 * The source's pods hold the same rows, as Galera would have it: here each follows the first. Called before each replica
 * follows the database: the drill of the replica before may have had the first follow another.
 */
export async function joinSourcePods(lab: Lab, database: Database): Promise<void> {
  const [first, ...others] = databasePods(database).map((pod) => sourcePod(database, pod)) as [
    PodRef,
    ...PodRef[],
  ];
  for (const other of others) await catchUp(lab, first, other);
  await sqlIn(lab, first, 'STOP REPLICA; RESET REPLICA ALL');
  for (const other of others) await followInside(lab, database, other, first);
}

/** Waits until a pod has executed what another has. */
async function catchUp(lab: Lab, at: PodRef, other: PodRef): Promise<void> {
  const wanted = await gtids(lab, other);
  const sql = `SELECT WAIT_FOR_EXECUTED_GTID_SET('${wanted}', ${CATCHES_UP_SECONDS})`;
  if ((await sqlIn(lab, at, sql)).trim() === '0') return;
  throw new Error(`${at.namespace}/${at.pod} does not get the rows of ${other.pod}`);
}

/** A pod of a database where it is written. */
export function sourcePod({ source }: Database, pod: string): PodRef {
  return { cluster: source.cluster.name, namespace: source.name, pod };
}

/** Makes one pod of a database follow another of the same cluster. */
export async function followInside(lab: Lab, database: Database, at: PodRef, from: PodRef): Promise<void> {
  const host = `${from.pod}.${database.name}-pxc`;
  await sqlIn(
    lab,
    at,
    `STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='${host}', SOURCE_USER='replication', ` +
      `SOURCE_PASSWORD='${password('replication')}', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, ` +
      // a node of Galera does not give up: without this MySQL stops after ten attempts
      'SOURCE_RETRY_COUNT=86400, GET_SOURCE_PUBLIC_KEY=1; START REPLICA',
  );
}

/** The channel as the replica's CR has it. */
export async function channelOf(
  lab: Lab,
  { cluster, namespace }: PodRef,
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

/** A channel's hosts in the order in which MySQL prefers them. */
export function preferred({ sourcesList }: Channel): string[] {
  return [...sourcesList].sort((a, b) => b.weight - a.weight).map(({ host }) => host);
}

/**
 * What the operator runs (percona-xtradb-cluster-operator, pkg/pxc/queries): it adds the sources that the channel does not
 * have yet, and points the channel at the last one, whatever its weight (pkg/controller/pxc/replication.go, manageReplicationChannel).
 */
export async function startChannel(
  lab: Lab,
  at: PodRef,
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
  const first = sourcesList.at(-1);
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

/** The host that a replica follows or tries to, and the UUID of the server that answered. */
export async function statusOf(lab: Lab, at: PodRef, channel: string): Promise<Status> {
  const line = await sqlIn(
    lab,
    at,
    'SELECT host, service_state, source_uuid FROM performance_schema.replication_connection_configuration ' +
      `JOIN performance_schema.replication_connection_status USING (channel_name) WHERE channel_name='${channel}'`,
  );
  const [host, state, server] = line.trim().split('\t');
  return { host, running: state === 'ON', server };
}

export interface Status {
  readonly host?: string;
  readonly running: boolean;
  readonly server?: string;
}

export async function gtids(lab: Lab, at: PodRef): Promise<string> {
  return (await sqlIn(lab, at, "SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')")).trim();
}

/**
 * What the operator runs when a channel is no longer listed (pkg/controller/pxc/replication.go, removeOutdatedChannels and
 * pkg/pxc/queries, StopReplication, DeleteReplicationSource), and with which it opens the database.
 */
export async function endChannel(lab: Lab, at: PodRef, channel: string): Promise<void> {
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
