import { podsOf as databasePods } from '../../../lib/database/members';
import type { Database, DatabaseMember } from '../../../lib/model/database';
import { lowerOffer } from '../../../lib/offers/kinds';
import type { PodRef } from '../../kubernetes/pod-ref';
import type { Lab } from '../../lab';
import { retry } from '../../retry';
import { serverUuid, sqlIn } from '../attempts';
import { type Check, firstLine, type Observation } from '../check';
import type { RunningFleet } from '../context';
import { once, withMutation } from '../mutation';
import { lostPod } from '../mutations/lost-pod';
import { silentNetwork } from '../mutations/silence';
import {
  channelOf,
  followInside,
  gtids,
  joinSourcePods,
  preferred,
  sourcePod,
  startChannel,
  statusOf,
} from '../replication-sql';
import type { Suite } from '../suite';

const START_TIMEOUT = 30_000;
const ROWS_TIMEOUT = 20_000;
/** How long one start of a channel may take, before it is started again. */
const ONE_START = 3_000;
/**
 * MySQL tries a lost source once more, a second later, and then the next. It takes a silent one for lost after `replica_net_timeout`, and
 * after as long again for each try (docs/decisions/0016).
 */
const FAILOVER_TIMEOUT = 60_000;

export const replication: Suite = {
  title: 'Replicas follow their sources, and the next one when a source is lost',
  phase: 'beside replication',
  available: ({ fleet }) =>
    fleet.databases.some(({ replicas }) => replicas.length > 0) ? undefined : 'no database has a replica',
  checks: (context) =>
    context.fleet.databases.flatMap((database) =>
      database.members
        .filter(({ role }) => role === 'replica')
        .flatMap((member) => [
          ...channelChecks(context, database, member),
          ...failoverChecks(context, database, member),
        ]),
    ),
};

/** A replica, and the pods that it can follow. */
class Channel {
  readonly replica: PodRef;
  readonly sources: readonly PodRef[];
  readonly first: PodRef;
  readonly table: string;

  constructor(
    readonly lab: Lab,
    readonly database: Database,
    { at }: DatabaseMember,
  ) {
    this.replica = { cluster: at.cluster.name, namespace: at.name, pod: databasePods(database)[0] as string };
    this.sources = databasePods(database).map((pod) => sourcePod(database, pod));
    this.first = this.sources[0] as PodRef;
    this.table = `proof.${`${this.replica.cluster}_${this.replica.namespace}`.replaceAll('-', '_')}`;
  }

  /** The checks of all replicas of a database change the same pods: they are one sequence. */
  check(name: string, expected: string, timeoutMs: number, run: Check['run']): Check {
    const { replica, first, database } = this;
    return {
      group: 'replication',
      name: `${replica.cluster}/${replica.namespace} ← ${first.cluster}/${first.namespace}: ${name}`,
      expected,
      timeoutMs,
      from: replica,
      sequence: `replication of ${database.name} from ${first.cluster}/${first.namespace}`,
      run,
    };
  }

  /** The rows that the replica has, or why the query fails. */
  async rows(): Promise<string> {
    const sql = `SELECT GROUP_CONCAT(n ORDER BY n) FROM ${this.table}`;
    const rows = await sqlIn(this.lab, this.replica, sql).catch((error: Error) => firstLine(error.message));
    return rows.trim();
  }

  async follows(host: string | undefined): Promise<Observation> {
    const status = await statusOf(this.lab, this.replica, this.database.channel);
    return {
      ok: status.running && status.host === host,
      observed: `${status.running ? 'follows' : 'tries'} ${status.host}`,
    };
  }

  async followsWithin(timeoutMs: number, host: string | undefined): Promise<Observation> {
    return (await retry(() => this.follows(host), { until: ({ ok }) => ok, timeoutMs })).value;
  }

  async start(timeoutMs = ONE_START): Promise<Observation> {
    const channel = await channelOf(this.lab, this.replica, this.database);
    await startChannel(this.lab, this.replica, channel);
    return this.followsWithin(timeoutMs, preferred(channel)[0]);
  }

  /** Whether the replica has these rows; the last ones that it had before the deadline. */
  async hasRows(wanted: string, timeoutMs: number): Promise<{ ok: boolean; value: string }> {
    return retry(() => this.rows(), { until: (rows) => rows === wanted, timeoutMs });
  }
}

/** The channel, set up with the SQL that the operator runs, and rows that arrive. */
export function channelChecks({ lab }: RunningFleet, database: Database, member: DatabaseMember): Check[] {
  const channel = new Channel(lab, database, member);
  const { replica, first, table } = channel;
  return [
    channel.check(
      'the channel starts',
      'follows the source of the greatest weight',
      START_TIMEOUT,
      async () => {
        await joinSourcePods(lab, database);
        return channel.start();
      },
    ),
    channel.check('rows arrive', 'all rows, and equal GTID sets', ROWS_TIMEOUT, async () => {
      await sqlIn(
        lab,
        first,
        `CREATE DATABASE IF NOT EXISTS proof; CREATE TABLE IF NOT EXISTS ${table} (n INT PRIMARY KEY); REPLACE INTO ${table} VALUES (1), (2), (3)`,
      );
      const observe = async () => ({
        rows: await channel.rows(),
        equal: (await gtids(lab, replica)) === (await gtids(lab, first)),
      });
      const { ok, value } = await retry(observe, {
        until: ({ rows, equal }) => rows === '1,2,3' && equal,
        timeoutMs: ONE_START,
      });
      return { ok, observed: `rows ${value.rows}; GTID sets ${value.equal ? 'are equal' : 'differ'}` };
    }),
  ];
}

/** The source's network falls silent; its pod is lost, and comes back with another address. */
function failoverChecks({ lab }: RunningFleet, database: Database, member: DatabaseMember): Check[] {
  const channel = new Channel(lab, database, member);
  if (channel.sources.length < 2) return [];
  const lose = once(() => loseSource(channel));
  return [
    // a group has one name: which of its pods is behind it is not MySQL's choice
    ...(lowerOffer(database.offer).hosts.length > 1
      ? [
          channel.check('the source’s network falls silent', 'follows another, and the first again', 0, () =>
            silenceSource(channel),
          ),
        ]
      : []),
    channel.check(
      'the source pod is lost',
      'follows another, and has all rows',
      0,
      async () => (await lose()).followed,
    ),
    channel.check('the pod comes back', 'with another address, and all rows arrive', 60_000, async () =>
      returnOfSource(channel, await lose()),
    ),
  ];
}

async function silenceSource(channel: Channel): Promise<Observation> {
  const { lab, first, database } = channel;
  const [heaviest, next] = lowerOffer(database.offer).hosts.map(({ consumerHost }) => consumerHost);
  const begin = Date.now();
  const left = await withMutation(silentNetwork(lab, first), () =>
    channel.followsWithin(FAILOVER_TIMEOUT, next),
  );
  const seconds = (Date.now() - begin) / 1000;
  const back = await channel.followsWithin(FAILOVER_TIMEOUT, heaviest);
  return {
    ok: left.ok && back.ok,
    observed: `${left.observed} after ${seconds.toFixed(0)} s; ${back.observed} when the network works again`,
  };
}

/** What became of a replica while the pod that it followed was lost. */
interface LostSource {
  readonly pod: PodRef;
  readonly survivor: PodRef;
  readonly address: string;
  readonly followed: Observation;
}

async function loseSource(channel: Channel): Promise<LostSource> {
  const { lab, database, replica, sources, table } = channel;
  const pod = await followed(channel);
  const survivor = sources.find((one) => one !== pod) as PodRef;
  const { address } = lab.cluster(pod.cluster).pods.get(pod.namespace, pod.pod);
  const [heaviest, next = heaviest] = preferred(await channelOf(lab, replica, database));
  const observe = async (): Promise<Observation> => {
    const since = Date.now();
    for (const other of sources.filter((one) => one !== pod && one !== survivor))
      await followInside(lab, database, other, survivor);
    await sqlIn(lab, survivor, `INSERT INTO ${table} VALUES (4)`);
    // a channel of one source has a group behind its name
    const { ok, observed } = await channel.followsWithin(FAILOVER_TIMEOUT, next);
    if (!ok) return { ok, observed };
    const seconds = (Date.now() - since) / 1000;
    const arrived = await channel.hasRows('1,2,3,4', FAILOVER_TIMEOUT - (Date.now() - since));
    return { ok: arrived.ok, observed: `${observed} after ${seconds.toFixed(0)} s; rows ${arrived.value}` };
  };
  return { pod, survivor, address, followed: await withMutation(lostPod(lab, database, pod), observe) };
}

async function returnOfSource(
  channel: Channel,
  { pod, survivor, address }: LostSource,
): Promise<Observation> {
  const { lab, database, table } = channel;
  await followInside(lab, database, pod, survivor);
  await sqlIn(lab, survivor, `REPLACE INTO ${table} VALUES (5)`);
  const { ok, observed } = await channel.start();
  const arrived = await channel.hasRows('1,2,3,4,5', ONE_START);
  const isElsewhere = lab.cluster(pod.cluster).pods.get(pod.namespace, pod.pod).address !== address;
  return {
    ok: ok && isElsewhere && arrived.ok,
    observed: `${observed}, ${pod.pod} at ${isElsewhere ? 'another' : 'the same'} address; rows ${arrived.value}`,
  };
}

/** The pod that a replica is connected to, whatever name it dialled. */
async function followed({ lab, replica, database, sources }: Channel): Promise<PodRef> {
  const { server } = await statusOf(lab, replica, database.channel);
  for (const source of sources) if ((await serverUuid(lab, source)) === server) return source;
  throw new Error(
    `${replica.namespace}/${replica.pod} follows ${server}, which is none of the source's pods`,
  );
}
