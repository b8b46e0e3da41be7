import type { OfferedHost } from '../../lib/offers/offer-plan';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';
import type { Answer } from './attempts';
import type { Check, Observation } from './check';
import type { RunningFleet } from './context';
import { dialNewConnection } from './dial-new-connection';
import { identityOf, type ProvenOffer, podsBehind } from './offers';

const TIMEOUT = 30_000;
/** Connections for each pod behind a host, until each should have answered. */
const CONNECTIONS_PER_POD = 15;

/** What a caller dials, and how the report names it. */
export interface Dialled {
  readonly group: string;
  readonly caller: string;
  readonly from: PodRef;
  readonly host: OfferedHost;
  readonly name: string;
}

/** A host of one pod leads to that pod; a host of a group leads to each of its pods, and to no other. */
export async function reachCheck(
  context: RunningFleet,
  proven: ProvenOffer,
  { group, caller, from, host, name }: Dialled,
): Promise<Check> {
  const { lab } = context;
  const pods = podsBehind(context, proven, host);
  const identities = await Promise.all(pods.map((pod) => identityOf(lab, proven, pod)));
  const names = pods.map(({ namespace, pod }) => `${namespace}/${pod}`).join(', ');
  return {
    group,
    name: `${caller} → ${name}:${proven.offer.port}`,
    expected: `reaches ${names}`,
    timeoutMs: TIMEOUT,
    from,
    run: async () => {
      const wrongAddress = await resolvesElsewhere(lab, from, name, host.address);
      if (wrongAddress) return { ok: false, observed: wrongAddress };
      const dial = () => dialNewConnection(context, proven, from, name);
      const outcome = await reachEach(identities, dial);
      return outcome.ok ? { ok: true, observed: `reached ${names}` } : outcome;
    },
  };
}

/** Dials until each of the pods has answered, or another one has. */
export async function reachEach(
  identities: readonly string[],
  dial: () => Promise<Answer>,
): Promise<Observation> {
  const missing = new Set(identities);
  for (let count = 0; missing.size > 0 && count < CONNECTIONS_PER_POD * identities.length; count++) {
    const { reached, output } = await dial();
    if (reached === undefined) return { ok: false, observed: output };
    if (!identities.includes(reached)) return { ok: false, observed: `reached another pod: ${output}` };
    missing.delete(reached);
  }
  return {
    ok: identities.length > 0 && missing.size === 0,
    observed: `reached ${identities.length - missing.size} of ${identities.length} pods`,
  };
}

/** Where the offer chooses an address for a name, the name resolves to it. */
async function resolvesElsewhere(
  lab: Lab,
  { cluster, namespace, pod }: PodRef,
  name: string,
  address: string | undefined,
): Promise<string | undefined> {
  if (address === undefined) return undefined;
  const { stdout } = await lab.cluster(cluster).pods.debug(namespace, pod, ['getent', 'hosts', name]);
  const [found = ''] = stdout.trim().split(/\s+/);
  return found === address ? undefined : `the name resolves to ${found || 'nothing'}, not to ${address}`;
}
