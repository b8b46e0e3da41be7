import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '../../lib/fleet/fleet';
import { Authority } from '../control-plane/certificates';
import { waitForInjection } from '../mesh/istio';
import { installAuthority } from '../mesh/trust';
import type { ProvenOffer } from './offers';
import type { Probe } from './probe';
import type { TrafficContext } from './traffic-probes';

/**
 * The mesh of one consuming cluster gets another root, as if somebody had installed it on its own: nothing that it dials may
 * answer. It does not come back, so this is the last of the controls.
 */
export function differentRootsProbe(
  { lab, callers }: TrafficContext,
  fleet: Fleet,
  { offer, attempt }: ProvenOffer,
): Probe[] {
  const [caller] = offer.to;
  const [pod] = offer.pods;
  if (!caller || !pod) return [];
  const cluster = lab.cluster(caller.cluster.name);
  return [
    {
      group: 'control: without this, nothing may arrive',
      name: `different roots: ${cluster.name} has another one`,
      expected: 'the proxies do not trust one another',
      patienceMs: 0,
      ask: async () => {
        await installAuthority(cluster, fleet.istioNamespace, await Authority.root('another root'));
        const istiods = cluster.pods.filter(({ pod: one }) => one.metadata.labels?.app === 'istiod');
        for (const { pod: one } of istiods) await cluster.deletePod(fleet.istioNamespace, one.metadata.name);
        await cluster.waitReady(fleet.istioNamespace);
        await waitForInjection(cluster);
        const { name: namespace, account } = caller;
        const from = await callers.get({ cluster: cluster.name, namespace, account, suffix: 'other-root' });
        const { reached, said } = await attempt(lab, from, pod.consumerHost, offer.port);
        if (reached !== undefined) return { ok: false, seen: said };
        // Only the proxy that refused knows why; its caller sees no more than a connection that failed.
        const log = readFileSync(join(cluster.pod(namespace, from.pod).folder, 'istio-proxy.log'), 'utf8');
        const [reason] = /CERTIFICATE_VERIFY_FAILED:\w+/.exec(log) ?? [];
        return { ok: reason !== undefined, seen: reason ?? said };
      },
    },
  ];
}
