import { existsSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from '../lib/fleet/cluster';
import type { Fleet } from '../lib/fleet/fleet';
import type { ClusterOptions, LabCluster } from './cluster';
import type { Authority } from './control-plane/certificates';
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
    const address = labAddress(gatewayAddress, index);
    if (address !== gatewayAddress) names[gatewayAddress] = [address];
    return { name, loadBalancers: { [`${fleet.istioNamespace}/${GATEWAY}`]: address } };
  });
  return { clusters, names };
}

/** Where a gateway is in the lab. A host name has no address of its own: the lab chooses one that it resolves to. */
function labAddress(gatewayAddress: string, index: number): string {
  return isIPv4(gatewayAddress) ? gatewayAddress : `172.24.${index}.90`;
}

/** Where others reach a cluster's gateway. */
export function gatewayAddress(fleet: Fleet, cluster: Cluster): string {
  return labAddress(cluster.gatewayAddress ?? '', fleet.clusters.indexOf(cluster));
}

/**
 * Puts a fleet's YAML on a lab's clusters in the order that the README gives: namespaces and trust, the secrets that dist
 * refers to, Istio, the operator, then everything. Gives the root that all clusters trust.
 */
export async function deployFleet(
  lab: Lab,
  fleet: Fleet,
  dist: string,
  say: (line: string) => void,
): Promise<Authority> {
  requireDist(fleet, dist);
  await Promise.all(
    lab.clusters.map((cluster) => cluster.applyFolder(join(dist, cluster.name), /^(00|10)-/)),
  );
  const root = await shareRoot(lab.clusters, fleet.istioNamespace);
  await Promise.all(lab.clusters.map((cluster) => deployCluster(cluster, fleet, dist, say)));
  return root;
}

async function deployCluster(
  cluster: LabCluster,
  fleet: Fleet,
  dist: string,
  say: (line: string) => void,
): Promise<void> {
  await installIstio(cluster, [join(dist, 'install', `${cluster.name}.istio.yaml`)]);
  say(`${cluster.name}: Istio is applied`);
  const databases = membersIn(fleet, cluster.name);
  if (databases.length > 0) await installPerconaResources(cluster);
  for (const { namespace, secretName } of databases)
    await createDatabaseSecret(cluster, namespace, secretName);
  await waitForInjection(cluster);
  say(`${cluster.name}: istiod injects`);
  for (const namespace of new Set(databases.map((member) => member.namespace))) {
    await installPerconaOperator(cluster, namespace);
  }
  await cluster.applyFolder(join(dist, cluster.name));
  say(`${cluster.name}: dist is applied`);
}

/** The databases that run in a cluster. */
function membersIn(fleet: Fleet, cluster: string): { namespace: string; secretName: string }[] {
  return fleet.databases.flatMap(({ name, settings, members }) =>
    members
      .filter(({ at }) => at.cluster.name === cluster)
      .map(({ at }) => ({ namespace: at.name, secretName: settings.secretsName ?? `${name}-secrets` })),
  );
}

function requireDist(fleet: Fleet, dist: string): void {
  const wanted = fleet.clusters.flatMap(({ name }) => [
    join(dist, name),
    join(dist, 'install', `${name}.istio.yaml`),
  ]);
  const missing = wanted.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new LabError(`${missing.join(' and ')} missing; run npm run synth first`);
}
