import type { Cluster } from '../../lib/fleet/cluster';
import type { Fleet } from '../../lib/fleet/fleet';
import type { Authority } from '../control-plane/certificates';
import type { Lab } from '../lab';
import type { Place, Probe } from './probe';

export interface GatewayContext {
  readonly lab: Lab;
  readonly fleet: Fleet;
  /** The root that every cluster trusts. */
  readonly root: Authority;
}

/** The pods of a cluster's east-west gateway. */
export function gatewayPods(
  { lab, fleet }: Pick<GatewayContext, 'lab' | 'fleet'>,
  cluster: Cluster,
): Place[] {
  return lab
    .cluster(cluster.name)
    .pods.filter(
      ({ pod }) =>
        pod.metadata.namespace === fleet.istioNamespace && pod.metadata.labels?.istio === 'eastwestgateway',
    )
    .map(({ pod }) => ({ cluster: cluster.name, namespace: fleet.istioNamespace, pod: pod.metadata.name }));
}

/** The gateway has a chain for each offered pod, and no other. */
export function chainProbes(context: GatewayContext, cluster: Cluster): Probe[] {
  const offered = context.fleet
    .offersThroughGateway(cluster)
    .flatMap(({ hosts }) => hosts.map(({ sni }) => sni));
  return gatewayPods(context, cluster).map((from) => ({
    group: 'not offered',
    name: `${cluster.name}: the chains of ${from.pod}`,
    expected: `exactly the ${offered.length} offered`,
    patienceMs: 30_000,
    from,
    ask: async () => {
      const found = await chains(context.lab, from);
      const missing = offered.filter((sni) => !found.includes(sni));
      const extra = found.filter((sni) => !offered.includes(sni));
      if (missing.length + extra.length === 0)
        return { ok: true, seen: `${found.length} chains, all offered` };
      return {
        ok: false,
        seen: `missing: ${missing.join(', ') || 'none'}; not offered: ${extra.join(', ') || 'none'}`,
      };
    },
  }));
}

interface ListenerDump {
  readonly configs: {
    readonly active_state?: {
      readonly listener?: {
        readonly name: string;
        readonly filter_chains?: { readonly filter_chain_match?: { readonly server_names?: string[] } }[];
      };
    };
  }[];
}

async function chains(lab: Lab, { cluster, namespace, pod }: Place): Promise<string[]> {
  const text = await lab
    .cluster(cluster)
    .proxyConfig(namespace, pod, 'config_dump?resource=dynamic_listeners');
  const { configs } = JSON.parse(text) as ListenerDump;
  const listeners = configs.flatMap(({ active_state }) => active_state?.listener ?? []);
  return listeners
    .filter(({ name }) => name.endsWith('_15443'))
    .flatMap(({ filter_chains = [] }) => filter_chains)
    .flatMap(({ filter_chain_match }) => filter_chain_match?.server_names ?? []);
}
