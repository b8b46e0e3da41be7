import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import { WEBHOOK_PORT } from '../../lib/well-known/gateway-names';
import type { Lab } from '../lab';
import { injects } from '../mesh/istio';
import { retry } from '../retry';
import { manifests } from './offers';
import { CONTROL, type Probe } from './probe';

const STOPS = 30_000;

/** A remote cluster's pods get no proxies where its primary's gateway does not lead to istiod. */
export function primaryProbes(lab: Lab, fleet: Fleet, dist: string): Probe[] {
  return fleet.clusters.flatMap((remote) =>
    remote.primary ? gatewayProbe(lab, fleet, dist, remote, remote.primary) : [],
  );
}

function gatewayProbe(lab: Lab, { revision }: Fleet, dist: string, remote: Cluster, primary: Cluster): Probe {
  const at = lab.cluster(primary.name);
  const gateway = manifests(dist, primary.name, '30-gateway').find(
    ({ kind, metadata }) => kind === 'Gateway' && metadata.name === 'istiod-gateway',
  );
  if (!gateway) throw new Error(`dist has no gateway to the istiod of ${primary.name}`);
  const complaint = async () => {
    // the API server keeps its connection to the webhook, which outlives the Gateway that let it in
    await lab.cluster(remote.name).onNode(['ss', '-H', '-K', 'dport', '=', `:${WEBHOOK_PORT}`]);
    return injects(lab.cluster(remote.name), revision);
  };
  const becomes = async (wanted: boolean) => {
    const until = (said: string | undefined) => (said === undefined) === wanted;
    const { ok, value } = await retry(complaint, { until, timeoutMs: STOPS });
    return { ok, said: value ?? 'injects' };
  };
  return {
    group: CONTROL,
    name: `${remote.name}: istiod of ${primary.name} not exposed`,
    expected: 'no pod gets a proxy, until it is again',
    patienceMs: 0,
    ask: async () => {
      const before = await becomes(true);
      const { name, namespace = '' } = gateway.metadata;
      await at.kubectl(['delete', 'gateways.networking.istio.io', name, '-n', namespace]);
      const without = await becomes(false);
      await at.applyText(JSON.stringify(gateway));
      const again = await becomes(true);
      return {
        ok: before.ok && without.ok && again.ok,
        seen: `${before.said}; without it: ${without.said}; then: ${again.said}`,
      };
    },
  };
}
