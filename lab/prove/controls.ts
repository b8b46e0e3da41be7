import { remoteSecretName } from '../../lib/mesh/remote-secret';
import type { Cluster, ClusterNamespace } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import type { Offer } from '../../lib/model/offer';
import type { OfferedHost } from '../../lib/model/offer-kinds';
import { introduce } from '../mesh/remote-secrets';
import { retry } from '../retry';
import { askAfresh } from './connections';
import { identityOf, type Manifest, type ProvenOffer, podsBehind, podsOf } from './offers';
import { type Precondition, preconditions } from './preconditions';
import { CONTROL, firstLine, type Place, type Probe, type Verdict } from './probe';
import type { TrafficContext } from './traffic-probes';

/** How long a precondition may be missing before the traffic must have stopped. */
const WORKS = 30_000;
const STOPS = 30_000;
const RETURNS = 30_000;
const IN_A_ROW = 3;
/** Attempts for each pod behind a name, until one of those asked for should have answered. */
const TRIES = 5;
/** How long one request may take on a busy machine. */
const ASKS = 1000;

/**
 * The same probes with each precondition taken away in turn. What passes without its precondition proves nothing, so a
 * control is right when the traffic stops, and comes back when the precondition does. For each way that callers take.
 */
export async function controlProbes(context: TrafficContext, proven: ProvenOffer): Promise<Probe[]> {
  const { offer } = proven;
  const host = offer.hosts.at(-1);
  if (!host) return [];
  const ways = new Map([...offer.to].reverse().map((caller) => [offer.pathFrom(caller.cluster), caller]));
  const probes = [...ways.values()].map(async (caller) => {
    const title = `${caller.cluster.name} → ${offer.namespace}/${offer.name}`;
    const found = await callerProbes(context, proven, host, caller);
    return found.map((probe) => ({ ...probe, name: `${title}: ${probe.name}` }));
  });
  return (await Promise.all(probes)).flat();
}

async function callerProbes(
  context: TrafficContext,
  proven: ProvenOffer,
  host: OfferedHost,
  caller: ClusterNamespace,
): Promise<Probe[]> {
  const { lab, fleet, dist, callers } = context;
  const { cluster, name: namespace, account } = caller;
  const from = await callers.get({ cluster: cluster.name, namespace, account });
  const own = await Promise.all(podsOf(lab, proven, host).map((pod) => identityOf(lab, proven, pod)));
  const all = podsBehind(lab, fleet, proven, host).length;
  // an attempt asks many times where the others' pods answer too, and three in a row take long
  const stopsMs = all === own.length ? STOPS : STOPS + IN_A_ROW * TRIES * all * ASKS;
  const attempt = async () => {
    // where Services of several clusters are one, the others' pods answer too
    for (let tries = 0; ; tries++) {
      const { reached, said } = await askAfresh(lab, fleet, proven, from, host.consumerHost);
      const ok = reached !== undefined && own.includes(reached);
      if (ok || all === own.length || tries > TRIES * all) return { ok, seen: said };
    }
  };
  return [
    ...preconditions(dist, proven.offer, host, caller).map((one) =>
      objectProbe(context, one, from, attempt, stopsMs),
    ),
    ...(fleet.remoteClustersOf(cluster.primaryCluster).includes(proven.offer.from) &&
    proven.offer.isDiscovered
      ? [remoteSecretProbe(context, proven, cluster.primaryCluster, from, attempt, stopsMs)]
      : []),
    ...(hasNamesake(fleet, proven.offer, cluster, host)
      ? []
      : [await withoutDnsCapture(context, proven, host, caller)]),
  ];
}

/** Whether Kubernetes' DNS in the caller's cluster knows the name, because it has such a Service itself. */
function hasNamesake(fleet: Fleet, offer: Offer, cluster: Cluster, host: OfferedHost): boolean {
  if (!offer.isDiscovered || host.onlyCluster) return false;
  return fleet
    .offersFrom(cluster)
    .some((one) => one.isDiscovered && one.name === offer.name && one.namespace === offer.namespace);
}

/** A precondition is taken away, given back, and the traffic follows. */
function takeAwayProbe(
  name: string,
  from: Place,
  attempt: () => Promise<Verdict>,
  takeAway: () => Promise<void>,
  giveBack: () => Promise<void>,
  stopsMs: number,
): Probe {
  return {
    group: CONTROL,
    name,
    expected: 'the traffic stops, and comes back with it',
    patienceMs: 0,
    from,
    ask: async () => {
      if (!(await until(attempt, true, WORKS)).ok) return { ok: false, seen: 'did not work before' };
      const refusal = await refusalOf(takeAway);
      // what cannot even be written carries nothing
      if (refusal) {
        await giveBack();
        return { ok: true, seen: `istiod’s webhook refuses it: ${refusal}` };
      }
      const stopped = await until(attempt, false, stopsMs);
      await giveBack();
      const again = await until(attempt, true, RETURNS);
      return {
        ok: !stopped.ok && again.ok,
        seen: `${stopped.ok ? 'went on' : `stopped (${stopped.seen})`}, and ${again.ok ? 'came back' : 'did not come back'}`,
      };
    },
  };
}

function objectProbe(
  { lab }: TrafficContext,
  precondition: Precondition,
  from: Place,
  attempt: () => Promise<Verdict>,
  stopsMs: number,
): Probe {
  const { original, without, isLasting } = precondition;
  const cluster = lab.cluster(precondition.cluster);
  const remove = async (manifests: readonly Manifest[]) => {
    for (const { kind, metadata } of manifests)
      await cluster.kubectl(['delete', kind, metadata.name, '-n', metadata.namespace ?? '']);
  };
  const takeAway = async () => {
    await remove(original.filter((one) => !without.some(isSame(one))));
    for (const manifest of without) await cluster.applyText(JSON.stringify(manifest));
  };
  const giveBack = async () => {
    if (isLasting) await remove(without);
    for (const manifest of original) await cluster.applyText(JSON.stringify(manifest));
  };
  return takeAwayProbe(precondition.name, from, attempt, takeAway, giveBack, stopsMs);
}

/** Why istiod refuses what is to be applied: its complaint, or nothing where it does not. */
async function refusalOf(takeAway: () => Promise<void>): Promise<string | undefined> {
  try {
    await takeAway();
    return undefined;
  } catch (error) {
    const [, complaint] =
      /admission webhook "validation\.istio\.io" denied the request: (.*)/s.exec((error as Error).message) ??
      [];
    if (complaint === undefined) throw error;
    return firstLine(complaint);
  }
}

/** The credential by which the caller's istiod reads the offering cluster. */
function remoteSecretProbe(
  { lab, fleet }: TrafficContext,
  { offer }: ProvenOffer,
  reader: Cluster,
  from: Place,
  attempt: () => Promise<Verdict>,
  stopsMs: number,
): Probe {
  const name = remoteSecretName(offer.from.name);
  const takeAway = async () => {
    await lab.cluster(reader.name).kubectl(['delete', 'secret', name, '-n', fleet.istioNamespace]);
  };
  const giveBack = () => introduce(lab, fleet, reader, offer.from);
  return takeAwayProbe('no remote secret', from, attempt, takeAway, giveBack, stopsMs);
}

function isSame(one: Manifest): (other: Manifest) => boolean {
  return ({ kind, metadata }) => kind === one.kind && metadata.name === one.metadata.name;
}

/** Tries until the answer is as wanted and stays so: a single attempt may fail, or get through, by chance. */
async function until(attempt: () => Promise<Verdict>, ok: boolean, timeoutMs: number): Promise<Verdict> {
  const isWanted = (verdict: Verdict) => verdict.ok === ok;
  const outcome = await retry(attempt, { until: isWanted, timeoutMs, pauseMs: 300, inARow: IN_A_ROW });
  return { ok: outcome.ok === ok, seen: outcome.value.seen };
}

/** The name is known to the mesh's DNS only. */
async function withoutDnsCapture(
  { lab, callers }: TrafficContext,
  { offer, attempt }: ProvenOffer,
  host: OfferedHost,
  { cluster, name: namespace, account }: ClusterNamespace,
): Promise<Probe> {
  const from = await callers.get({
    ...{ cluster: cluster.name, namespace, account, suffix: 'no-dns' },
    annotations: { 'proxy.istio.io/config': '{"proxyMetadata":{"ISTIO_META_DNS_CAPTURE":"false"}}' },
  });
  return {
    group: CONTROL,
    name: 'DNS capture off',
    expected: 'the name does not resolve',
    patienceMs: 0,
    from,
    ask: async () => {
      const { reached, said } = await attempt(lab, from, host.consumerHost, offer.port);
      return { ok: reached === undefined && /resolve|Unknown MySQL server host/.test(said), seen: said };
    },
  };
}

/**
 * Whether an offer's last host can be cut off without disturbing anything else: a replica follows a database's first two
 * pods, or its group.
 */
export function canLosePreconditions({ database, offer }: ProvenOffer): boolean {
  return !database || offer.hosts.length > 2;
}
