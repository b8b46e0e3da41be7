import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import type { Offer } from '../../lib/model/offer';
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

/** Whether an SNI is one of those under which a gateway knows an offered Service: there is one for each of its ports. */
export function isOfService(offers: readonly Offer[], sni: string): boolean {
  return offers
    .filter(({ isService }) => isService)
    .some(({ hosts }) =>
      hosts.some(({ sourceHost }) => sni.startsWith('outbound_') && sni.endsWith(`_.${sourceHost}`)),
    );
}

/** The gateway has a chain for each offered pod, those that come with the other ports of an offered Service, and no other. */
export function chainProbes(context: GatewayContext, cluster: Cluster): Probe[] {
  const offers = context.fleet.offersThroughGateway(cluster);
  const offered = offers.flatMap(({ hosts }) => hosts.map(({ sni }) => sni));
  return gatewayPods(context, cluster).map((from) => ({
    group: 'not offered',
    name: `${cluster.name}: the chains of ${from.pod}`,
    expected: `the ${offered.length} offered, and none beyond the other ports of offered Services`,
    patienceMs: 30_000,
    from,
    ask: async () => {
      const found = await chains(context.lab, from);
      const missing = offered.filter((sni) => !found.includes(sni));
      const others = found.filter((sni) => !offered.includes(sni));
      const extra = others.filter((sni) => !isOfService(offers, sni));
      if (missing.length + extra.length === 0) {
        const more = others.length > 0 ? `, and ${others.length} of other ports, which policies close` : '';
        return { ok: true, seen: `${found.length - others.length} offered${more}` };
      }
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
