import type { Fleet } from '../../lib/fleet/fleet';
import type { Lab } from '../lab';
import type { Probe } from './probe';

/** Everything that came over the interconnect since the lab started went to a gateway's one port. */
export function interconnectProbes(lab: Lab, fleet: Fleet): Probe[] {
  return fleet.clusters.map(({ name, gatewayPort }) => {
    const offers = fleet.clusters.some(
      (cluster) => cluster.name === name && fleet.offersFrom(cluster).length > 0,
    );
    return {
      group: 'interconnect',
      name: `${name}: what came in from other clusters`,
      expected: offers ? `connections to port ${gatewayPort} only` : 'nothing',
      patienceMs: 0,
      ask: async () => {
        const flows = await lab.cluster(name).rules.flows();
        const ports = [...new Set(flows.map(({ port }) => port))];
        const seen = ports.length > 0 ? `connections to port ${ports.join(', ')}` : 'nothing';
        return { ok: offers ? ports.length === 1 && ports[0] === gatewayPort : ports.length === 0, seen };
      },
    };
  });
}
