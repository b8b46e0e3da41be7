import type { DatabaseOperator } from '../database/engine';
import { engineOf } from '../database/engines';
import type { NetworkMember } from '../mesh/mesh-networks';
import type { Cluster } from '../model/cluster';
import type { ControlPlaneProps, InstallMethod } from '../model/control-plane';
import { administeredFrom, type Mesh, membersIn, neighbours, operatorNamespaceOf } from './mesh';

/** What the files that install Istio in one cluster say. */
export interface InstallPlan {
  readonly method: InstallMethod;
  readonly version: string;
  readonly settings: ControlPlaneProps;
  readonly dnsCapture: boolean;
  readonly meshId: string;
  readonly clusterName: string;
  readonly network: string;
  readonly istioNamespace: string;
  readonly revision?: string;
  readonly trustDomain: string;
  /** The other trust domains that istiod must accept: those of the clusters in `networks`, sorted. */
  readonly trustDomainAliases: readonly string[];
  /** Whether remote clusters use this cluster's istiod. */
  readonly exposesIstiod: boolean;
  /** The address of the istiod of a remote cluster; undefined where the cluster has an istiod. */
  readonly remoteIstiod?: string;
  /** The clusters that this one deals with: in a large fleet every cluster would otherwise list all others. */
  readonly networks: readonly NetworkMember[];
  /** The databases' operators. */
  readonly operators: readonly OperatorPlan[];
}

/** An operator in one namespace. */
export interface OperatorPlan extends DatabaseOperator {
  readonly namespace: string;
  /** The namespaces with databases that it runs, sorted. */
  readonly watchedNamespaces: readonly string[];
}

export function planInstall(mesh: Mesh, cluster: Cluster): InstallPlan {
  const { fleet } = mesh;
  const { method, version, props, dnsCapture } = mesh.controlPlaneOf(cluster);
  const networks = neighbours(mesh, cluster);
  const trustDomain = mesh.trustDomainOf(cluster);
  const others = networks.map(mesh.trustDomainOf).filter((domain) => domain !== trustDomain);
  return {
    ...{ method, version, settings: props, dnsCapture },
    meshId: fleet.meshId,
    clusterName: cluster.name,
    network: cluster.network,
    istioNamespace: fleet.istioNamespace,
    revision: fleet.revision,
    trustDomain,
    trustDomainAliases: [...new Set(others)].sort(),
    exposesIstiod: mesh.isExposed(cluster),
    remoteIstiod: cluster.primary?.gatewayAddress,
    networks,
    operators: planOperators(mesh, cluster),
  };
}

/** Each operator once in each namespace that it runs in, in the version that the newest of its databases needs. */
function planOperators(mesh: Mesh, cluster: Cluster): OperatorPlan[] {
  const { databases } = mesh.partOf(cluster);
  const needed = databases.flatMap((database) => {
    const operator = engineOf(database).operator(database.settings);
    if (!operator) return [];
    return membersIn(database, cluster).map(({ at }) => ({
      ...operator,
      namespace: operatorNamespaceOf(database, at),
    }));
  });
  const byPlace = new Map<string, OperatorPlan>();
  for (const one of needed) {
    const key = `${one.release} ${one.namespace}`;
    const known = byPlace.get(key);
    const watchedNamespaces = [...new Set(administeredFrom(mesh, cluster, one.namespace))].sort();
    byPlace.set(key, { ...one, version: newer(known?.version, one.version), watchedNamespaces });
  }
  return [...byPlace.values()];
}

/** An operator also serves the releases before its own: https://docs.percona.com/percona-operator-for-mysql/pxc/update.html */
function newer(one: string | undefined, other: string): string {
  return one && one.localeCompare(other, 'en', { numeric: true }) >= 0 ? one : other;
}
