import { LOCAL_CLIENTS } from '../callers';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import type { ProvenOffer } from '../offers';
import { reachCheck } from '../reachability';
import type { Suite } from '../suite';

export const localCallers: Suite = {
  title: 'Callers of an offer’s own cluster reach its pods as without the offer',
  phase: 'concurrent',
  available: (context) =>
    context.offers.some(
      (proven) =>
        proven.plan.hosts.some(({ localHost }) => localHost) &&
        namespacesThatMayDial(context, proven).length > 0,
    )
      ? undefined
      : 'no offered pod has a host and a caller in its own cluster',
  checks: async (context) =>
    (await Promise.all(context.offers.map((proven) => localChecks(context, proven)))).flat(),
};

async function localChecks(context: ProofContext, proven: ProvenOffer): Promise<Check[]> {
  const { offer, plan } = proven;
  const checks = namespacesThatMayDial(context, proven).map(async (namespace) => {
    const from = await context.callers.get({ cluster: offer.from.name, namespace, suffix: 'local' });
    const caller = `${offer.from.name}/${namespace}`;
    return Promise.all(
      plan.hosts.flatMap((host) =>
        host.localHost
          ? [
              reachCheck(context, proven, {
                ...{ group: 'callers in the offer’s own cluster', caller, from, host, name: host.localHost },
              }),
            ]
          : [],
      ),
    );
  });
  return (await Promise.all(checks)).flat();
}

/** The namespaces of its own cluster from which an offered workload can be dialled. */
function namespacesThatMayDial(
  { facts }: ProofContext,
  { offer, plan, database }: ProvenOffer,
): readonly string[] {
  if (plan.discovered) return plan.localNamespaces;
  if (!facts.defaultDenyNamespaces(offer.from).includes(offer.namespace))
    return [offer.namespace, LOCAL_CLIENTS];
  const clients = (database?.clients ?? []).filter(({ cluster }) => cluster === offer.from);
  return [...new Set([offer.namespace, ...clients.map(({ name }) => name)])];
}
