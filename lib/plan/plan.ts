import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import type { OfferPlan } from '../offers/offer-plan';
import { InvalidInputError } from '../rules/field-error';
import { validate } from '../validation/validate';
import type { ClusterPlan } from './cluster-plan';
import { planDatabases, planMembers } from './databases';
import { planGateway } from './gateway';
import { planInstall } from './install';
import { item } from './item';
import { type Mesh, meshOf } from './mesh';
import { planNamespaces } from './namespaces';
import { defaultDenyNamespaces, planNetworkPolicies } from './network-policies';
import { planNodePorts } from './node-ports';
import { planPolicies } from './policies';
import { planRemoteAccess } from './remote-access';
import { planTraffic } from './traffic';

/** Everything that is written for a fleet. */
export interface FleetPlan {
  readonly fleet: Fleet;
  /** All offers: first those of the fleet, then those of databases that have replicas. */
  readonly offers: readonly OfferPlan[];
  /** The clusters, in the fleet's order. A cluster is planned when it is read, so that of a large fleet one is held at a time. */
  readonly clusters: Iterable<ClusterPlan>;
  /** The plan of one of the fleet's clusters. */
  clusterPlan(cluster: Cluster): ClusterPlan;
}

/**
 * Checks a fleet and plans what is written for it.
 * @throws InvalidInputError that names everything that is wrong.
 */
export function plan(fleet: Fleet): FleetPlan {
  InvalidInputError.throwIfAny(validate(fleet));
  const mesh = meshOf(fleet);
  const clusterPlan = (cluster: Cluster) => planCluster(mesh, cluster);
  return Object.freeze({
    fleet,
    offers: mesh.offers,
    clusters: {
      *[Symbol.iterator]() {
        for (const cluster of fleet.clusters) yield clusterPlan(cluster);
      },
    },
    clusterPlan,
  });
}

function planCluster(mesh: Mesh, cluster: Cluster): ClusterPlan {
  const { istioNamespace } = mesh.fleet;
  const { name, ca, addressPool, primary } = cluster;
  const { offered, called, nodePorts } = mesh.partOf(cluster);
  const gateway = planGateway(mesh, cluster);
  return Object.freeze({
    ...{ cluster, name, offered, called },
    offeredNodePorts: nodePorts,
    trustDomain: mesh.trustDomainOf(cluster),
    databases: planDatabases(mesh, cluster),
    defaultDenyNamespaces: defaultDenyNamespaces(mesh, cluster),
    dataPlaneClusters: mesh.dataPlaneClustersOf(cluster),
    remoteClusters: mesh.remoteClustersOf(cluster),

    namespaces: planNamespaces(mesh, cluster),
    trust: primary ? [] : [item('cacerts', { clusterName: name, source: ca, namespace: istioNamespace })],
    remoteAccess: planRemoteAccess(mesh, cluster),
    addressPools: addressPool ? [item('pool', { addresses: addressPool })] : [],
    policies: planPolicies(mesh, cluster),
    networkPolicies: planNetworkPolicies(mesh, cluster, gateway),
    gateway,
    nodePorts: planNodePorts(mesh, cluster),
    traffic: planTraffic(mesh, cluster),
    members: planMembers(mesh, cluster),
    install: planInstall(mesh, cluster),
  });
}
