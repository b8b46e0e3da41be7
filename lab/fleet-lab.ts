import { existsSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from '../lib/model/cluster';
import type { Fleet } from '../lib/model/fleet';
import { plan } from '../lib/plan/plan';
import { isWithin } from '../lib/rules/address-range';
import { GATEWAY_NAME, MTLS_PORT } from '../lib/well-known/gateway-names';
import type { ClusterOptions, LabCluster } from './cluster';
import type { CertificateAuthority } from './control-plane/certificates';
import {
  createDatabaseSecret,
  installPerconaOperator,
  installPerconaResources,
} from './database/percona-operator';
import { LabError } from './errors';
import { acceptResources, installCustomResources, textOf } from './kubernetes/custom-resources';
import type { KubeList, Pod } from './kubernetes/objects';
import type { Lab, LabOptions } from './lab';
import { installIstio, waitForInjection } from './mesh/istio';
import { createRemoteSecrets } from './mesh/remote-secrets';
import { shareRoot } from './mesh/trust';
import { retry } from './retry';

/** Where the lab's API servers listen. */
export const API_PORT = 6443;

/** What a lab for a fleet is started with: gateways and nodes get the addresses that the fleet says they have. */
export function labOptionsFor(fleet: Fleet): Pick<LabOptions, 'clusters' | 'names'> {
  const names: Record<string, readonly string[]> = {};
  const clusters = fleet.clusters.map((cluster, index): ClusterOptions => {
    const { name, gatewayAddress, nodeAddresses } = cluster;
    const apiHost = apiServerHost(cluster);
    const inLab = (address: string, own: string) => {
      if (!isIPv4(address)) names[address] = [own];
      return isIPv4(address) ? address : own;
    };
    return {
      name,
      sources: sourcesOf(fleet, index),
      network: isFlat(fleet, cluster) ? cluster.network : undefined,
      nodes: [
        ...nodeAddresses.map((address, n) => inLab(address, `172.24.${index}.${60 + n}`)),
        ...(isIPv4(apiHost) ? [apiHost] : []),
      ],
      apiServerNames: apiHost && !isIPv4(apiHost) ? [apiHost] : [],
      apiServerAt: apiServerAt(cluster),
      outerAddresses: gatewayAddress
        ? {
            [`${fleet.istioNamespace}/${GATEWAY_NAME}`]: {
              address: inLab(gatewayAddress, gatewayInLab(index)),
              ports: { [MTLS_PORT]: cluster.gatewayPort },
            },
          }
        : undefined,
    };
  });
  return { clusters, names };
}

/** An istiod that reads two clusters of one network has their pods dial one another. */
function isFlat({ clusters, discovery }: Fleet, cluster: Cluster): boolean {
  return clusters.some(
    (other) =>
      other !== cluster &&
      other.network === cluster.network &&
      (discovery || other.primaryCluster === cluster.primaryCluster),
  );
}

/** Where a gateway lets in address ranges only, the callers come from there. */
export function sourcesOf(fleet: Fleet, index: number): Record<string, string> {
  const guarded = fleet.clusters.flatMap((other, at) => {
    const { loadBalancerSourceRanges = [] } = other.gateway;
    const ranges = loadBalancerSourceRanges.filter((range) => isIPv4(range.split('/')[0] ?? ''));
    const range = ranges[index % Math.max(1, ranges.length)];
    if (at === index || !range || isWithin(`172.24.${index}.1`, range)) return [];
    return [[gatewayAddress(fleet, other), addressIn(range, index)]];
  });
  return Object.fromEntries(guarded);
}

/** An address of a range: its own for each cluster, where the range has several. */
function addressIn(range: string, index: number): string {
  const [first = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  const offset = [10 + index, 1 + index].find((one) => one < size) ?? 0;
  const parts = first.split('.').map(Number);
  return [...parts.slice(0, 3), ((parts[3] ?? 0) + offset) % 256].join('.');
}

/** The host of the URL under which others read a cluster. */
function apiServerHost({ apiServer }: Cluster): string {
  return apiServer ? new URL(apiServer).hostname : '';
}

/** The port of the URL under which others read a cluster. */
export function apiServerPort({ apiServer }: Cluster): number {
  return Number((apiServer && new URL(apiServer).port) || 443);
}

/** The lab's API servers listen on 6443: another port is mapped to it. */
function apiServerAt(cluster: Cluster): ClusterOptions['apiServerAt'] {
  const [host, port] = [apiServerHost(cluster), apiServerPort(cluster)];
  if (!host || port === API_PORT) return undefined;
  return { address: isIPv4(host) ? host : undefined, port };
}

/** A host name has no address of its own: the lab chooses one that it resolves to. */
function gatewayInLab(index: number): string {
  return `172.24.${index}.90`;
}

/** Where others reach a cluster's gateway. */
export function gatewayAddress({ clusters }: Fleet, cluster: Cluster): string {
  const { gatewayAddress: address = '' } = cluster;
  return isIPv4(address) ? address : gatewayInLab(clusters.indexOf(cluster));
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
): Promise<CertificateAuthority> {
  return deployWith(lab, fleet, dist, say, (primaries) =>
    shareRoot(primaries, fleet.istioNamespace, ({ name }) => clusterOf(fleet, name).ca),
  );
}

/** The same with authorities of one's own, and further settings of all proxies. Gives what the sharing gave. */
export async function deployWith<T>(
  lab: Lab,
  fleet: Fleet,
  dist: string,
  say: (line: string) => void,
  share: (primaries: readonly LabCluster[]) => Promise<T>,
  proxyMetadata: Readonly<Record<string, string>> = {},
): Promise<T> {
  requireDist(fleet, dist);
  await Promise.all(
    lab.clusters.map(async (cluster) => {
      const folder = join(dist, cluster.name);
      await installCustomResources(cluster, textOf(folder));
      await cluster.kubectl.applyFolder(folder, /^(00|10)-/);
    }),
  );
  const isPrimary = ({ name }: LabCluster) => !clusterOf(fleet, name).primary;
  const primaries = lab.clusters.filter(isPrimary);
  const remotes = lab.clusters.filter((cluster) => !isPrimary(cluster));
  // before there is a certificate for it, as a GitOps tool might: istiod must wait
  await Promise.all(primaries.map((cluster) => deployIstio(cluster, fleet, dist, say, proxyMetadata)));
  await Promise.all(primaries.map((cluster) => istiodIsBound(cluster, fleet.istioNamespace)));
  const root = await share(primaries);
  await Promise.all(primaries.map((cluster) => deployWorkloads(cluster, fleet, dist, say)));
  // a remote's proxies are injected by its primary's istiod, which must have been let in
  await Promise.all(
    remotes.map(async (cluster) => {
      await deployIstio(cluster, fleet, dist, say, proxyMetadata);
      await cluster.kubectl.applyFolder(join(dist, cluster.name), /^20-/);
    }),
  );
  await createRemoteSecrets(lab, fleet, say);
  await Promise.all(remotes.map((cluster) => deployWorkloads(cluster, fleet, dist, say)));
  return root;
}

/** Waits until an istiod has a node, so that it would start if it could. */
async function istiodIsBound(cluster: LabCluster, namespace: string): Promise<void> {
  const isBound = async () => {
    const { items } = await cluster.client.get<KubeList<Pod>>(
      `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Distiod`,
    );
    return items.some(({ spec }) => spec.nodeName);
  };
  const { ok } = await retry(isBound, { until: (bound) => bound, timeoutMs: 30_000, pauseMs: 200 });
  if (!ok) throw new LabError(`${cluster.name}: no istiod after 30 s`);
}

function clusterOf({ clusters }: Fleet, wanted: string): Cluster {
  const found = clusters.find(({ name }) => name === wanted);
  if (!found) throw new LabError(`the fleet has no cluster '${wanted}'`);
  return found;
}

async function deployIstio(
  cluster: LabCluster,
  fleet: Fleet,
  dist: string,
  say: (line: string) => void,
  proxyMetadata: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = join(dist, 'install', cluster.name);
  const of = clusterOf(fleet, cluster.name);
  const controlPlane = of.controlPlane ?? fleet.controlPlane;
  await acceptResources(cluster, folder);
  await installIstio(cluster, controlPlane, fleet.istioNamespace, folder, proxyMetadata);
  say(`${cluster.name}: Istio is applied, from ${controlPlane.method}’s method`);
}

async function deployWorkloads(
  cluster: LabCluster,
  fleet: Fleet,
  dist: string,
  say: (line: string) => void,
): Promise<void> {
  const { databases, install } = plan(fleet).clusterPlan(clusterOf(fleet, cluster.name));
  if (databases.length > 0) await installPerconaResources(cluster);
  for (const { namespace, secretName } of databases)
    await createDatabaseSecret(cluster, namespace, secretName);
  await waitForInjection(cluster, fleet.revision);
  say(`${cluster.name}: istiod injects`);
  for (const { namespace, watchedNamespaces } of install.operators) {
    await installPerconaOperator(cluster, namespace, watchedNamespaces);
  }
  await cluster.kubectl.applyFolder(join(dist, cluster.name));
  say(`${cluster.name}: dist is applied`);
}

function requireDist(fleet: Fleet, dist: string): void {
  const wanted = fleet.clusters.flatMap(({ name }) => [join(dist, name), join(dist, 'install', name)]);
  const missing = wanted.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new LabError(`${missing.join(' and ')} missing; run npm run synth first`);
}
