import type { Cluster, ClusterNamespace } from '../model/cluster';
import type { NetworkPathKind } from '../model/network-path';
import type { Offer } from '../model/offer';
import type { OfferCallers } from './offer-plan';

/** An offer's callers by their cluster, in the order in which the offer names them first. */
export function callersByCluster(
  { to }: Offer,
  pathFrom: (cluster: Cluster) => NetworkPathKind,
): OfferCallers[] {
  const byCluster = new Map<Cluster, ClusterNamespace[]>();
  for (const caller of to) {
    const found = byCluster.get(caller.cluster);
    if (found) found.push(caller);
    else byCluster.set(caller.cluster, [caller]);
  }
  return [...byCluster].map(([cluster, callers]) => ({ cluster, path: pathFrom(cluster), callers }));
}

/** The path that an offer's `via` chooses from a cluster. */
export function pathByVia({ from, via }: Offer): (cluster: Cluster) => NetworkPathKind {
  return ({ network }) => {
    if (via.kind !== 'byNetwork') return via.kind;
    return from.network === network ? 'nodePort' : 'eastWestGateway';
  };
}
