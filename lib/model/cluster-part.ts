import { allocateNodePorts, type NodePorts } from '../offers/node-ports';
import type { Cluster, ClusterNamespace } from './cluster';
import type { Database } from './database';
import type { Offer } from './offer';

/** An offer together with its callers in one cluster. */
export interface ConsumedOffer {
  /** The offer. */
  readonly offer: Offer;
  /** The callers of the offer in that cluster: those of `Offer.to` that are in it. */
  readonly callers: readonly ClusterNamespace[];
}

/** What of a fleet concerns one cluster. */
export interface ClusterPart {
  readonly offered: readonly Offer[];
  readonly consumed: readonly ConsumedOffer[];
  readonly databases: readonly Database[];
  /** The node ports of what it offers by them. */
  readonly nodePorts: NodePorts;
}

export const NO_PART: ClusterPart = {
  offered: [],
  consumed: [],
  databases: [],
  nodePorts: allocateNodePorts([]),
};

/** Sorts offers and databases by cluster, once for all, so that a large fleet takes no longer for each cluster. */
export function clusterParts(
  offers: readonly Offer[],
  databases: readonly Database[],
): Map<Cluster, ClusterPart> {
  const parts = new Map<Cluster, { offered: Offer[]; consumed: ConsumedOffer[]; databases: Database[] }>();
  const partOf = (cluster: Cluster) => {
    const part = parts.get(cluster) ?? { offered: [], consumed: [], databases: [] };
    parts.set(cluster, part);
    return part;
  };
  for (const offer of offers) {
    partOf(offer.from).offered.push(offer);
    for (const [cluster, callers] of byCluster(offer.to)) partOf(cluster).consumed.push({ offer, callers });
  }
  for (const database of databases) {
    const members = new Set(database.members.map(({ at }) => at.cluster));
    for (const cluster of members) partOf(cluster).databases.push(database);
  }
  return new Map(
    [...parts].map(([cluster, part]) => [cluster, { ...part, nodePorts: allocateNodePorts(part.offered) }]),
  );
}

function byCluster(callers: readonly ClusterNamespace[]): Map<Cluster, ClusterNamespace[]> {
  const grouped = new Map<Cluster, ClusterNamespace[]>();
  for (const caller of callers) grouped.set(caller.cluster, [...(grouped.get(caller.cluster) ?? []), caller]);
  return grouped;
}
