import type { Fleet } from '../../lib/model/fleet';
import { WEBHOOK_PORT, XDS_PORT } from '../../lib/well-known/gateway-names';
import type { Lab } from '../lab';
import type { Probe } from './probe';

/** Where the lab's API servers listen. */
const API_PORT = 6443;

/** Everything that came over the interconnect since the lab started went to a gateway's port, an offer's node port, or what else the fleet allows. */
export function interconnectProbes(lab: Lab, fleet: Fleet): Probe[] {
  return fleet.clusters.map((cluster) => {
    const offers = fleet.offersFrom(cluster);
    const gateway = fleet.offersThroughGateway(cluster).length > 0 ? [cluster.gatewayPort] : [];
    const direct = offers.filter((offer) => offer.takes('direct')).map(({ targetPort }) => targetPort);
    const api = fleet.hasRemoteSecret(cluster) ? [API_PORT] : [];
    const istiod = fleet.exposesIstiod(cluster) ? [XDS_PORT, WEBHOOK_PORT] : [];
    const dialled = [
      ...gateway,
      ...direct,
      ...api,
      ...istiod,
      ...offers.flatMap((offer) => fleet.nodePortsOf(offer)),
    ];
    return {
      group: 'interconnect',
      name: `${cluster.name}: what came in from other clusters`,
      expected: describe(dialled),
      patienceMs: 0,
      ask: async () => {
        const flows = await lab.cluster(cluster.name).rules.flows();
        const ports = [...new Set(flows.map(({ port }) => port))];
        return { ok: describe(ports) === describe(dialled), seen: describe(ports) };
      },
    };
  });
}

function describe(ports: readonly number[]): string {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  return sorted.length > 0 ? `connections to port ${sorted.join(', ')} only` : 'nothing';
}
