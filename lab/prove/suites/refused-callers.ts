import type { Cluster } from '../../../lib/model/cluster';
import type { OfferPlan } from '../../../lib/offers/offer-plan';
import { ensureNamespace } from '../../kubernetes/apply';
import type { PodRef } from '../../kubernetes/pod-ref';
import { UNAUTHORIZED, UNAUTHORIZED_ACCOUNT } from '../callers';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import type { ProvenOffer } from '../offers';
import { PlannedObjects } from '../planned-objects';
import { refusalOf } from '../refusals';
import type { Suite } from '../suite';

const TIMEOUT = 30_000;

export const refusedCallers: Suite = {
  title: 'The offered pods’ proxies refuse callers that no offer names',
  phase: 'concurrent',
  available: ({ offers }) =>
    offers.some(({ offer }) => offer.via.mutualTls)
      ? undefined
      : 'no offer has mutual TLS, and without it a proxy cannot tell callers apart',
  checks: async (context) =>
    (
      await Promise.all(
        context.offers
          .filter(({ offer }) => offer.via.mutualTls)
          .map((proven) => refusedChecks(context, proven)),
      )
    ).flat(),
};

/**
 * Callers that the offer does not name, with copies of the objects that work for those that it does: another namespace, and, where the
 * offer names one account, another account of the same namespace.
 */
async function refusedChecks(context: ProofContext, proven: ProvenOffer): Promise<Check[]> {
  const { callers, facts } = context;
  const { offer, plan } = proven;
  const clusters = new Map(offer.to.map((caller) => [caller.cluster, caller]));
  const remote = [...clusters].map(async ([cluster, caller]) => {
    const from = await callers.get({ cluster: cluster.name, namespace: UNAUTHORIZED });
    await copyEntries(context, plan, cluster, caller.name);
    return refusedCheck(context, proven, from, `${cluster.name}/${UNAUTHORIZED}, with an entry of its own`);
  });
  // a Service that others discover is for those that it names, inside its own cluster too
  const isDefaultDeny = facts.defaultDenyNamespaces(offer.from).includes(offer.namespace);
  const inside = plan.discovered !== undefined && !isDefaultDeny ? [offer.from.name] : [];
  const local = inside.map(async (cluster) => {
    const from = await callers.get({ cluster, namespace: UNAUTHORIZED, suffix: 'local' });
    return refusedCheck(context, proven, from, `${cluster}/${UNAUTHORIZED}`);
  });
  const otherAccounts = offer.to
    .filter(({ account }) => account !== undefined)
    // an identity does not say in which cluster it is: a namespace that is allowed as a whole elsewhere is allowed from here too
    .filter(({ name }) => !offer.to.some((other) => other.name === name && other.account === undefined))
    .map(async ({ cluster, name: namespace }) => {
      const from = await callers.get({ cluster: cluster.name, namespace, account: UNAUTHORIZED_ACCOUNT });
      return refusedCheck(context, proven, from, `${cluster.name}/${namespace} as another account`);
    });
  return Promise.all([...remote, ...local, ...otherAccounts]);
}

/** Gives unauthorized clients the objects with which an allowed namespace dials. */
async function copyEntries(
  { lab, facts, dist }: ProofContext,
  plan: OfferPlan,
  cluster: Cluster,
  namespace: string,
): Promise<void> {
  const hosts = plan.hosts.slice(0, 1).map(({ consumerHost }) => consumerHost);
  const planned = new PlannedObjects(dist);
  const copies = hosts
    .flatMap((host) => planned.consumerObjects(host, cluster, namespace))
    .map((manifest) => ({ ...manifest, metadata: { ...manifest.metadata, namespace: UNAUTHORIZED } }));
  const at = lab.cluster(cluster.primaryCluster.name);
  await ensureNamespace(at.client, UNAUTHORIZED, facts.injectionLabels);
  for (const copy of copies) await at.kubectl.applyText(JSON.stringify(copy));
}

function refusedCheck(context: ProofContext, proven: ProvenOffer, from: PodRef, caller: string): Check {
  const { offer, plan, attempt } = proven;
  const host = plan.hosts[0]?.consumerHost ?? '';
  const isByServer = refusalOf(context, proven, from);
  let wasRefused = false;
  return {
    group: 'refused callers',
    name: `${caller} → ${host}:${offer.port}`,
    expected: 'the offered pod’s proxy refuses it',
    timeoutMs: TIMEOUT,
    from,
    run: async () => {
      // a name that does not resolve yet refuses everyone: only a refusal by the other side counts
      const { reached, output } = await attempt(context.lab, from, host, offer.port);
      if (reached !== undefined) return { ok: false, observed: `it was let in: ${output}` };
      wasRefused ||= isByServer(output);
      return { ok: wasRefused, observed: output };
    },
  };
}
