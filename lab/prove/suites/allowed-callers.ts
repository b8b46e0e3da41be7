import type { Check } from '../check';
import type { ProofContext, RunningFleet } from '../context';
import { callerPod, type ProvenOffer } from '../offers';
import { reachCheck } from '../reachability';
import type { Suite } from '../suite';

export const allowedCallers: Suite = {
  title: 'Each caller that an offer names reaches each offered pod',
  phase: 'concurrent',
  available: noOffers,
  checks: async (context) =>
    (await Promise.all(context.offers.map((proven) => allowedChecks(context, proven)))).flat(),
};

export function noOffers({ offers }: ProofContext): string | undefined {
  return offers.length === 0 ? 'the fleet has no offers' : undefined;
}

/** Every offered pod from every allowed caller: the name resolves, and leads to exactly that pod. */
export async function allowedChecks(context: RunningFleet, proven: ProvenOffer): Promise<Check[]> {
  const { offer, plan } = proven;
  const checks = offer.to.map(async (caller) => {
    const from = await callerPod(context, caller);
    const { cluster, name: namespace, account } = caller;
    const who = `${cluster.name}/${namespace}${account ? ` as ${account}` : ''}`;
    return Promise.all(
      plan.hosts.map((host) =>
        reachCheck(context, proven, {
          ...{ group: 'allowed callers', caller: who, from, host, name: host.consumerHost },
        }),
      ),
    );
  });
  return (await Promise.all(checks)).flat();
}
