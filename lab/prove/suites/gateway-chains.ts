import type { Cluster } from '../../../lib/model/cluster';
import type { OfferPlan } from '../../../lib/offers/offer-plan';
import type { PodRef } from '../../kubernetes/pod-ref';
import type { Lab } from '../../lab';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { gatewayPods } from '../gateways';
import type { Suite } from '../suite';

export const gatewayChains: Suite = {
  title: 'The gateways have filter chains for the offered hosts and for no others',
  phase: 'concurrent',
  available: (context) =>
    context.fleet.clusters.some((cluster) => gatewayPods(context, cluster).length > 0)
      ? undefined
      : 'no cluster has an east-west gateway',
  checks: (context) => context.fleet.clusters.flatMap((cluster) => chainChecks(context, cluster)),
};

/** Whether an SNI is one of those under which a gateway knows an offered Service: there is one for each of its ports. */
export function isOfService(offers: readonly OfferPlan[], sni: string): boolean {
  return offers
    .flatMap(({ workloads }) => workloads)
    .some(({ serviceHosts = [] }) =>
      serviceHosts.some((host) => sni.startsWith('outbound_') && sni.endsWith(`_.${host}`)),
    );
}

/** A chain for each offered pod, those of the other ports of an offered Service, and no other. */
function chainChecks(context: ProofContext, cluster: Cluster): Check[] {
  const offers = context.facts.offersThroughGateway(cluster);
  const offered = offers.flatMap(({ hosts }) => hosts.map(({ sni }) => sni));
  return gatewayPods(context, cluster).map((from) => ({
    group: 'gateway filter chains',
    name: `${cluster.name}: the filter chains of ${from.pod}`,
    expected: `the ${offered.length} offered, and those of the other ports of offered Services`,
    timeoutMs: 30_000,
    from,
    run: async () => {
      const found = await chains(context.lab, from);
      const missing = offered.filter((sni) => !found.includes(sni));
      const others = found.filter((sni) => !offered.includes(sni));
      const extra = others.filter((sni) => !isOfService(offers, sni));
      if (missing.length + extra.length === 0) {
        const more = others.length > 0 ? `, and ${others.length} of other ports, which policies close` : '';
        return { ok: true, observed: `${found.length - others.length} offered${more}` };
      }
      return {
        ok: false,
        observed: `missing: ${missing.join(', ') || 'none'}; not offered: ${extra.join(', ') || 'none'}`,
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

async function chains(lab: Lab, { cluster, namespace, pod }: PodRef): Promise<string[]> {
  const text = await lab
    .cluster(cluster)
    .pods.proxyConfig(namespace, pod, 'config_dump?resource=dynamic_listeners');
  const { configs } = JSON.parse(text) as ListenerDump;
  const listeners = configs.flatMap(({ active_state }) => active_state?.listener ?? []);
  return listeners
    .filter(({ name }) => name.endsWith('_15443'))
    .flatMap(({ filter_chains = [] }) => filter_chains)
    .flatMap(({ filter_chain_match }) => filter_chain_match?.server_names ?? []);
}
