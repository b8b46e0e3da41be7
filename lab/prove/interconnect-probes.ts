import type { Fleet } from '../../lib/model/fleet';
import { WEBHOOK_PORT, XDS_PORT } from '../../lib/well-known/gateway-names';
import { API_PORT, apiServerPort } from '../fleet-lab';
import type { Lab } from '../lab';
import type { Probe } from './probe';

/** Everything that came over the interconnect since the lab started went to a gateway's port, an offer's node port, or what else the fleet allows. */
export function interconnectProbes(lab: Lab, fleet: Fleet): Probe[] {
  return fleet.clusters.map((cluster) => {
    const offers = fleet.offersFrom(cluster);
    const gateway = fleet.offersThroughGateway(cluster).length > 0 ? [cluster.gatewayPort] : [];
    const direct = offers.filter((offer) => offer.takes('direct')).map(({ targetPort }) => targetPort);
    // the command that makes remote secrets dials the API server itself, istiods dial the URL that the fleet gives
    const api = fleet.hasRemoteSecret(cluster) ? [API_PORT, apiServerPort(cluster)] : [];
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
