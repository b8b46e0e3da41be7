import type { Cluster, ClusterNamespace } from '../../../lib/model/cluster';
import { type OfferedHost, type OfferPlan, pathFrom } from '../../../lib/offers/offer-plan';
import type { PodRef } from '../../kubernetes/pod-ref';
import { retry } from '../../retry';
import { type Check, NEGATIVE_CONTROL, type Observation } from '../check';
import type { ProofContext } from '../context';
import { dialNewConnection } from '../dial-new-connection';
import type { Mutation } from '../mutation';
import { objectMutation } from '../mutations/objects';
import { offerChanges } from '../mutations/offer';
import { withoutRemoteSecret } from '../mutations/remote-secret';
import { negativeControl } from '../negative-control';
import { callerPod, identityOf, type ProvenOffer, podsBehind, podsOf } from '../offers';
import { PlannedObjects } from '../planned-objects';
import type { Suite } from '../suite';

/** A proxy may let one connection through, or refuse one, by chance. */
const AGREEING = 3;
/** Connections for each pod behind a name, until one of the offer's own should have answered. */
const CONNECTIONS_PER_POD = 5;
/** How long the traffic may take to stop or to return. */
const STOP_TIMEOUT = 30_000;
/** How long one connection may take on a busy machine. */
const REQUEST_TIMEOUT = 1000;

export const offerMutations: Suite = {
  title: 'Each object of an offer is needed: without it the traffic stops',
  phase: 'beside replication',
  available: ({ offers }) =>
    offers.some((proven) => !isFollowed(proven))
      ? undefined
      : 'the fleet has no offers but those that replicas follow',
  checks: (context) =>
    checksOf(
      context,
      context.offers.filter((proven) => !isFollowed(proven)),
    ),
};

export const followedOfferMutations: Suite = {
  title: 'Each object of the offers that replicas follow is needed',
  phase: 'disruptive',
  available: ({ offers }) =>
    offers.some(isFollowed) ? undefined : 'no replica follows the last host of an offer',
  checks: (context) => checksOf(context, context.offers.filter(isFollowed)),
};

/** Whether a replica follows the host that mutations cut off: the last one. It follows a source's first two pods, or its group. */
function isFollowed({ database, plan }: ProvenOffer): boolean {
  return database !== undefined && plan.hosts.length <= 2;
}

async function checksOf(context: ProofContext, offers: readonly ProvenOffer[]): Promise<Check[]> {
  return (await Promise.all(offers.map((proven) => offerChecks(context, proven)))).flat();
}

/** The mutations of an offer's last host, for each network path that callers take. */
async function offerChecks(context: ProofContext, proven: ProvenOffer): Promise<Check[]> {
  const { offer, plan } = proven;
  const host = plan.hosts.at(-1);
  if (!host) return [];
  const byPath = new Map([...offer.to].reverse().map((caller) => [pathFrom(plan, caller.cluster), caller]));
  const checks = [...byPath.values()].map((caller) => callerChecks(context, proven, host, caller));
  return (await Promise.all(checks)).flat();
}

async function callerChecks(
  context: ProofContext,
  proven: ProvenOffer,
  host: OfferedHost,
  caller: ClusterNamespace,
): Promise<Check[]> {
  const { lab, dist, facts } = context;
  const { offer, plan } = proven;
  const title = `${caller.cluster.name} → ${offer.namespace}/${offer.name}`;
  const from = await callerPod(context, caller);
  const observe = await dialsOwnPods(context, proven, host, from);
  const others = podsBehind(context, proven, host).length - podsOf(lab, proven, host).length;
  const control = (mutation: Mutation) =>
    negativeControl({
      name: `${title}: ${mutation.name}`,
      expected: 'the traffic stops, and returns after the revert',
      mutation,
      from,
      agreeing: AGREEING,
      // an observation dials many times where the others' pods answer too, and several in a row take long
      timeoutMs:
        others === 0
          ? undefined
          : STOP_TIMEOUT + AGREEING * CONNECTIONS_PER_POD * (others + 1) * REQUEST_TIMEOUT,
      observe,
      isIntact: ({ ok }) => ok,
      describe: ({ observed }) => observed,
    });
  const reader = caller.cluster.primaryCluster;
  const isDiscoveredRemotely =
    plan.discovered !== undefined && facts.remoteClustersOf(reader).includes(offer.from);
  return [
    ...offerChanges(new PlannedObjects(dist), plan, host, caller).map((change) =>
      control(objectMutation(lab, change)),
    ),
    ...(isDiscoveredRemotely ? [control(withoutRemoteSecret(context, reader, offer.from))] : []),
    ...(hasSameNamedService(context, plan, caller.cluster, host)
      ? []
      : [await dnsCaptureCheck(context, proven, host, caller, title)]),
  ];
}

/** Whether one of the offer's own pods answers: where Services of several clusters are one, the others' pods answer too. */
async function dialsOwnPods(
  context: ProofContext,
  proven: ProvenOffer,
  host: OfferedHost,
  from: PodRef,
): Promise<() => Promise<Observation>> {
  const { lab } = context;
  const own = await Promise.all(podsOf(lab, proven, host).map((pod) => identityOf(lab, proven, pod)));
  const all = podsBehind(context, proven, host).length;
  const dial = async (): Promise<Observation> => {
    const { reached, output } = await dialNewConnection(context, proven, from, host.consumerHost);
    return { ok: reached !== undefined && own.includes(reached), observed: output };
  };
  if (all === own.length) return dial;
  return async () => {
    const attempts = CONNECTIONS_PER_POD * all;
    return (await retry(dial, { until: ({ ok }) => ok, attempts, pauseMs: 0 })).value;
  };
}

/** Whether Kubernetes' DNS in the caller's cluster resolves the name, because the cluster has such a Service itself. */
function hasSameNamedService(
  { facts }: ProofContext,
  { discovered }: OfferPlan,
  cluster: Cluster,
  host: OfferedHost,
): boolean {
  if (!discovered || host.subset) return false;
  return facts.offersFrom(cluster).some((one) => one.discovered?.host === discovered.host);
}

/** Only the mesh's DNS knows the name: a caller whose proxy does not answer DNS cannot resolve it. */
async function dnsCaptureCheck(
  context: ProofContext,
  { offer, attempt }: ProvenOffer,
  host: OfferedHost,
  caller: ClusterNamespace,
  title: string,
): Promise<Check> {
  const from = await callerPod(context, caller, {
    suffix: 'no-dns',
    annotations: { 'proxy.istio.io/config': '{"proxyMetadata":{"ISTIO_META_DNS_CAPTURE":"false"}}' },
  });
  return {
    group: NEGATIVE_CONTROL,
    name: `${title}: no DNS capture in the caller’s proxy`,
    expected: 'the name does not resolve',
    timeoutMs: 0,
    from,
    run: async () => {
      const { reached, output } = await attempt(context.lab, from, host.consumerHost, offer.port);
      const isUnknown = /resolve|Unknown MySQL server host/.test(output);
      return { ok: reached === undefined && isUnknown, observed: output };
    },
  };
}
