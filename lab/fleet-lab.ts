import { existsSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { Fleet } from '../lib/fleet/fleet';
import type { ClusterOptions, LabCluster } from './cluster';
import {
  createDatabaseSecret,
  installPerconaOperator,
  installPerconaResources,
} from './database/percona-operator';
import { LabError } from './errors';
import type { Lab, LabOptions } from './lab';
import { installIstio, waitForInjection } from './mesh/istio';
import { shareRoot } from './mesh/trust';

/** The name of the Service before a cluster's east-west gateway. */
const GATEWAY = 'istio-eastwestgateway';

/** What a lab for a fleet is started with: gateways get the addresses that the fleet says they have. */
export function labOptionsFor(fleet: Fleet): Pick<LabOptions, 'clusters' | 'names'> {
  const names: Record<string, readonly string[]> = {};
  const clusters = fleet.clusters.map(({ name, gatewayAddress }, index): ClusterOptions => {
    if (!gatewayAddress) return { name };
    // A host name has no address of its own: the lab chooses one and lets the name resolve to it.
    const address = isIPv4(gatewayAddress) ? gatewayAddress : `172.24.${index}.90`;
    if (address !== gatewayAddress) names[gatewayAddress] = [address];
    return { name, loadBalancers: { [`${fleet.istioNamespace}/${GATEWAY}`]: address } };
  });
  return { clusters, names };
}

/** Puts a fleet's YAML on a lab's clusters the way its user would: trust, Istio, CRDs, secrets, dist in file order. */
export async function deployFleet(
  lab: Lab,
  fleet: Fleet,
  dist: string,
  say: (line: string) => void,
): Promise<void> {
  requireDist(fleet, dist);
  await shareRoot(lab.clusters);
  await Promise.all(lab.clusters.map((cluster) => deployCluster(cluster, fleet, dist, say)));
}

async function deployCluster(
  cluster: LabCluster,
  fleet: Fleet,
  dist: string,
  say: (line: string) => void,
): Promise<void> {
  await installIstio(cluster, [join(dist, 'install', `${cluster.name}.istio.yaml`)]);
  say(`${cluster.name}: Istio is applied`);
  const members = fleet.databases.flatMap(({ name, members }) =>
    members
      .filter(({ at }) => at.cluster.name === cluster.name)
      .map(({ at }) => ({ name, namespace: at.name })),
  );
  if (members.length > 0) await installPerconaResources(cluster);
  for (const { name, namespace } of members) {
    await cluster.ensureNamespace(namespace);
    await createDatabaseSecret(cluster, namespace, `${name}-secrets`);
  }
  await waitForInjection(cluster);
  say(`${cluster.name}: istiod injects`);
  await cluster.applyFolder(join(dist, cluster.name));
  say(`${cluster.name}: dist is applied`);
  for (const namespace of new Set(members.map((member) => member.namespace))) {
    await installPerconaOperator(cluster, namespace);
  }
}

function requireDist(fleet: Fleet, dist: string): void {
  const wanted = fleet.clusters.flatMap(({ name }) => [
    join(dist, name),
    join(dist, 'install', `${name}.istio.yaml`),
  ]);
  const missing = wanted.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new LabError(`${missing.join(' and ')} missing; run npm run synth first`);
}
