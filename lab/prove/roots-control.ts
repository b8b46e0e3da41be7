import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '../../lib/model/fleet';
import type { LabCluster } from '../cluster';
import { Authority } from '../control-plane/certificates';
import { restartIstiod } from '../mesh/istio';
import { installAuthority } from '../mesh/trust';
import { retry } from '../retry';
import type { ProvenOffer } from './offers';
import { CONTROL, type Probe } from './probe';
import type { TrafficContext } from './traffic-probes';

/** How long a new proxy may take to be told of a host, and to write down why it refuses. */
const SAYS_WHY = 20_000;

/**
 * The mesh of one consuming cluster gets another root, as if somebody had installed it on its own: nothing that it dials may
 * answer. It does not come back, so these are the last of the controls.
 */
export function differentRootsProbes(
  { lab, fleet, callers }: TrafficContext,
  all: readonly ProvenOffer[],
): Probe[] {
  const proven = all.filter(({ offer }) => offer.isMeshed);
  // one istiod has one root for all of its clusters
  const apart = proven
    .flatMap(({ offer }) => offer.to.map(({ cluster }) => ({ cluster, offer })))
    .find(({ cluster, offer }) => cluster.primaryCluster !== offer.from.primaryCluster)
    ?.cluster.primaryCluster;
  if (!apart) return [];
  const cluster = lab.cluster(apart.name);
  let changed: Promise<void> | undefined;
  return proven.flatMap(({ offer, attempt }) => {
    const caller = offer.to.find((one) => one.cluster === apart);
    const [pod] = offer.hosts;
    if (!caller || !pod) return [];
    return {
      group: CONTROL,
      name: `${offer.namespace}/${offer.name}: ${cluster.name} has another root`,
      expected: 'the proxies do not trust one another',
      patienceMs: 0,
      ask: async () => {
        changed ??= changeRoot(cluster, fleet);
        await changed;
        const { name: namespace, account } = caller;
        const from = await callers.get({ cluster: cluster.name, namespace, account, suffix: 'other-root' });
        const ask = async () => {
          const { reached, said } = await attempt(lab, from, pod.consumerHost, offer.port);
          // Only the proxy that refused knows why, and a new one may not know the way yet; its caller sees no more than a
          // connection that failed.
          const log = readFileSync(join(cluster.pod(namespace, from.pod).folder, 'istio-proxy.log'), 'utf8');
          const [reason] = /CERTIFICATE_VERIFY_FAILED:\w+/.exec(log) ?? [];
          return { reached, said, reason };
        };
        const { value } = await retry(ask, {
          until: ({ reached, reason }) => reached !== undefined || reason !== undefined,
          timeoutMs: SAYS_WHY,
        });
        const { reached, said, reason = said } = value;
        return { ok: reached === undefined && value.reason !== undefined, seen: reached ? said : reason };
      },
    };
  });
}

async function changeRoot(cluster: LabCluster, fleet: Fleet): Promise<void> {
  await installAuthority(cluster, fleet.istioNamespace, await Authority.root('another root'));
  await restartIstiod(cluster, fleet);
}
