import type { Cluster, ClusterNamespace } from '../model/cluster';
import type { Database } from '../model/database';
import type { Fleet } from '../model/fleet';
import { lowerOffer } from '../offers/kinds';
import { allocateNodePorts } from '../offers/node-ports';
import type { OfferCallers, OfferPlan } from '../offers/offer-plan';
import { type Istiods, istiods } from '../topology/istiods';

/** An offer together with its callers in one cluster. */
export interface CalledOffer {
  readonly plan: OfferPlan;
  readonly from: OfferCallers;
}

/** What of a fleet concerns one cluster. */
export interface ClusterPart {
  /** The offers of which the cluster is the source. */
  readonly offered: readonly OfferPlan[];
  /** The offers that namespaces of the cluster may dial. */
  readonly called: readonly CalledOffer[];
  /** The databases that have a member in the cluster. */
  readonly databases: readonly Database[];
  /** The node ports of its offers, in the order of their hosts. */
  readonly nodePorts: ReadonlyMap<OfferPlan, readonly number[]>;
}

/** What several parts of the plan ask of a fleet that is valid. */
export interface Mesh extends Istiods {
  readonly fleet: Fleet;
  /** All offers: first those of the fleet, then those of databases that have replicas. */
  readonly offers: readonly OfferPlan[];
  partOf(cluster: Cluster): ClusterPart;
  /** The trust domain of the identities in a cluster: that of the cluster whose istiod signs for it, or the fleet's. */
  trustDomainOf(cluster: Cluster): string;
}

const EMPTY: ClusterPart = { offered: [], called: [], databases: [], nodePorts: new Map() };

export function meshOf(fleet: Fleet): Mesh {
  const followed = fleet.databases.filter(({ replicas }) => replicas.length > 0);
  const offers = [...fleet.offers, ...followed.map(({ offer }) => offer)].map(lowerOffer);
  const parts = partsOf(offers, fleet.databases);
  return {
    ...istiods(fleet),
    fleet,
    offers,
    partOf: (cluster) => parts.get(cluster) ?? EMPTY,
    trustDomainOf: ({ primaryCluster }) => primaryCluster.trustDomain ?? fleet.trustDomain,
  };
}

/** Offers and databases by cluster: once for all, so that a large fleet takes no longer for each cluster. */
function partsOf(
  offers: readonly OfferPlan[],
  databases: readonly Database[],
): ReadonlyMap<Cluster, ClusterPart> {
  const parts = new Map<Cluster, { offered: OfferPlan[]; called: CalledOffer[]; databases: Database[] }>();
  const partOf = (cluster: Cluster) => {
    const part = parts.get(cluster) ?? { offered: [], called: [], databases: [] };
    parts.set(cluster, part);
    return part;
  };
  for (const plan of offers) {
    partOf(plan.offer.from).offered.push(plan);
    for (const from of plan.callers) partOf(from.cluster).called.push({ plan, from });
  }
  for (const database of databases) {
    for (const cluster of new Set(database.members.map(({ at }) => at.cluster))) {
      partOf(cluster).databases.push(database);
    }
  }
  return new Map(
    [...parts].map(([cluster, part]) => [
      cluster,
      { ...part, nodePorts: allocateNodePorts(part.offered).ports },
    ]),
  );
}

/** The members of a database in a cluster. */
export function membersIn({ members }: Database, cluster: Cluster) {
  return members.filter(({ at }) => at.cluster === cluster);
}

/** The namespace of the operator that runs the member at a namespace. */
export function operatorNamespaceOf({ operatorNamespace }: Database, at: ClusterNamespace): string {
  return operatorNamespace ?? at.name;
}

/** The namespaces of members of databases whose operator runs in a namespace of a cluster. */
export function administeredFrom({ partOf }: Mesh, cluster: Cluster, namespace: string): string[] {
  return partOf(cluster).databases.flatMap((database) =>
    membersIn(database, cluster)
      .filter(({ at }) => operatorNamespaceOf(database, at) === namespace)
      .map(({ at }) => at.name),
  );
}

/**
 * Whether Istio injects proxies into a namespace's pods. It does everywhere but in a namespace whose offers all
 * have `mutualTls: false` and that dials no offer. A namespace with only an operator follows its databases.
 */
export function isMeshed(mesh: Mesh, cluster: Cluster, namespace: string): boolean {
  const { offered, called } = mesh.partOf(cluster);
  const own = offered.filter(({ offer }) => offer.namespace === namespace);
  const dials = called.some(({ from }) => from.callers.some(({ name }) => name === namespace));
  if (dials || own.length > 0) return dials || own.some(({ offer }) => offer.via.mutualTls);
  const elsewhere = administeredFrom(mesh, cluster, namespace).filter((name) => name !== namespace);
  return elsewhere.length === 0 || elsewhere.some((name) => isMeshed(mesh, cluster, name));
}

/** The clusters that a cluster exchanges traffic with or reads, and the cluster itself, in the order of the fleet. */
export function neighbours(mesh: Mesh, cluster: Cluster): Cluster[] {
  const { fleet, partOf, dataPlaneClustersOf } = mesh;
  if (fleet.discovery) return [...fleet.clusters];
  const { offered, called } = partOf(cluster);
  const found = new Set([
    ...[cluster, cluster.primaryCluster, ...dataPlaneClustersOf(cluster)],
    ...offered.flatMap(({ callers }) => callers.map((one) => one.cluster)),
    ...called.map(({ plan }) => plan.offer.from),
  ]);
  return fleet.clusters.filter((one) => found.has(one));
}
