import type { Cluster } from '../../../lib/model/cluster';
import { takes } from '../../../lib/offers/offer-plan';
import { WEBHOOK_PORT, XDS_PORT } from '../../../lib/well-known/gateway-names';
import { API_PORT, apiServerPort } from '../../fleet-lab';
import type { ProofContext } from '../context';
import type { Suite } from '../suite';

/** What the kernel counted on the inter-cluster network since the lab started, before any mutation. */
export const interClusterConnections: Suite = {
  title: 'Clusters dial each other’s gateways, node ports and API servers only',
  phase: 'concurrent',
  available: () => undefined,
  checks: (context) =>
    context.fleet.clusters.map((cluster) => {
      const expected = describe(portsOf(context, cluster));
      return {
        group: 'inter-cluster network',
        name: `${cluster.name}: connections from other clusters`,
        expected,
        timeoutMs: 0,
        run: async () => {
          const flows = await context.lab.cluster(cluster.name).rules.flows();
          const observed = describe(flows.map(({ port }) => port));
          return { ok: observed === expected, observed };
        },
      };
    }),
};

/** The ports on which other clusters dial a cluster. */
function portsOf({ facts }: ProofContext, cluster: Cluster): number[] {
  const offers = facts.offersFrom(cluster);
  return [
    ...(facts.offersThroughGateway(cluster).length > 0 ? [cluster.gatewayPort] : []),
    ...offers.filter((offer) => takes(offer, 'direct')).map(({ targetPort }) => targetPort),
    ...(facts.hasRemoteSecret(cluster) ? [API_PORT, apiServerPort(cluster)] : []),
    ...(facts.exposesIstiod(cluster) ? [XDS_PORT, WEBHOOK_PORT] : []),
    ...offers.flatMap((offer) => facts.nodePortsOf(offer)),
  ];
}

function describe(ports: readonly number[]): string {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  return sorted.length > 0 ? `connections to port ${sorted.join(', ')} only` : 'none';
}
