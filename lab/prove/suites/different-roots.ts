import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster, ClusterNamespace } from '../../../lib/model/cluster';
import type { Offer } from '../../../lib/model/offer';
import { retry } from '../../retry';
import { type Check, NEGATIVE_CONTROL, type Observation } from '../check';
import type { ProofContext } from '../context';
import { once, withMutation } from '../mutation';
import { otherRoot } from '../mutations/other-root';
import { callerPod, type ProvenOffer } from '../offers';
import type { Suite } from '../suite';

/** How long a new proxy may take to learn of a host, and to log why it refuses. */
const LOG_TIMEOUT = 20_000;
const RETURN_TIMEOUT = 60_000;

/**
 * The istiod of one consuming cluster signs with a CA of another root, as if the cluster had been installed alone. New pods of it reach no
 * offered pod, and do again after the revert.
 */
export const differentRoots: Suite = {
  title: 'A cluster with another root reaches no offered pod',
  phase: 'disruptive',
  available: (context) =>
    clusterApart(context)
      ? undefined
      : 'no offer has mutual TLS and a caller in a cluster with an istiod of its own',
  checks: (context) => {
    const cluster = clusterApart(context);
    return cluster ? rootChecks(context, cluster) : [];
  },
};

/** One istiod has one root for all of its clusters: the caller's must be another one than the offer's, and in the caller's cluster. */
function clusterApart(context: ProofContext): Cluster | undefined {
  const isApart = ({ cluster }: ClusterNamespace, { from }: Offer) =>
    cluster === cluster.primaryCluster && cluster !== from.primaryCluster;
  return meshedOffers(context)
    .flatMap(({ offer }) => offer.to.filter((caller) => isApart(caller, offer)))
    .at(0)?.cluster;
}

function meshedOffers({ offers }: ProofContext): ProvenOffer[] {
  return offers.filter(({ offer }) => offer.via.mutualTls);
}

/** An offer, and a caller of it in the cluster. */
interface Dialled {
  readonly proven: ProvenOffer;
  readonly caller: ClusterNamespace;
}

function rootChecks(context: ProofContext, cluster: Cluster): Check[] {
  const dialled = meshedOffers(context).flatMap((proven): Dialled[] => {
    const caller = proven.offer.to.find((one) => one.cluster === cluster);
    return caller && proven.plan.hosts.length > 0 ? [{ proven, caller }] : [];
  });
  const observe = once(() => observeAll(context, cluster, dialled));
  return dialled.map(({ proven: { offer } }, index) => ({
    group: NEGATIVE_CONTROL,
    name: `${offer.namespace}/${offer.name}: ${cluster.name} has another root`,
    expected: 'the proxies refuse each other’s certificates, and accept them after the revert',
    timeoutMs: 0,
    run: async () => (await observe())[index] as Observation,
  }));
}

/** The root is changed once for all offers. */
async function observeAll(
  context: ProofContext,
  cluster: Cluster,
  dialled: readonly Dialled[],
): Promise<Observation[]> {
  const refused = await withMutation(await otherRoot(context, cluster), async () => {
    const observations: Observation[] = [];
    for (const one of dialled) observations.push(await observeRefusal(context, one));
    return observations;
  });
  const all: Observation[] = [];
  for (const [index, one] of dialled.entries()) {
    const { ok, observed } = refused[index] as Observation;
    const after = await observeReturn(context, one);
    all.push({ ok: ok && after.ok, observed: `${observed}; reverted: ${after.observed}` });
  }
  return all;
}

async function observeRefusal(context: ProofContext, { proven, caller }: Dialled): Promise<Observation> {
  const { offer, plan, attempt } = proven;
  const from = await callerPod(context, caller, { suffix: 'other-root' });
  const host = plan.hosts[0]?.consumerHost ?? '';
  const pod = context.lab.cluster(from.cluster).pods.get(from.namespace, from.pod);
  const dial = async () => {
    const { reached, output } = await attempt(context.lab, from, host, offer.port);
    // only the proxy that refused knows why, and a new one may not know the host yet: its client sees a failed connection
    const log = readFileSync(join(pod.folder, 'istio-proxy.log'), 'utf8');
    const [reason] = /CERTIFICATE_VERIFY_FAILED:\w+/.exec(log) ?? [];
    return { reached, output, reason };
  };
  const { value } = await retry(dial, {
    until: ({ reached, reason }) => reached !== undefined || reason !== undefined,
    timeoutMs: LOG_TIMEOUT,
  });
  const { reached, output, reason } = value;
  return {
    ok: reached === undefined && reason !== undefined,
    observed: reached === undefined ? (reason ?? output) : output,
  };
}

async function observeReturn(context: ProofContext, { proven, caller }: Dialled): Promise<Observation> {
  const { offer, plan, attempt } = proven;
  const from = await callerPod(context, caller, { suffix: 'root-restored' });
  const host = plan.hosts[0]?.consumerHost ?? '';
  const { ok, value } = await retry(() => attempt(context.lab, from, host, offer.port), {
    until: ({ reached }) => reached !== undefined,
    timeoutMs: RETURN_TIMEOUT,
  });
  return { ok, observed: value.output };
}
