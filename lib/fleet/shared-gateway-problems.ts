import type { Cluster } from './cluster';
import { type Problem, show } from './problem';

/** One gateway leads into one network: clusters of other networks that gave its address would be looked for behind it. */
export function sharedGatewayProblems(clusters: readonly Cluster[]): Problem[] {
  return clusters.flatMap((cluster, index) => {
    const first = clusters
      .slice(0, index)
      .findIndex((other) => isSameGateway(other, cluster) && areApart(other, cluster));
    if (cluster.gatewayAddress === undefined || first < 0) return [];
    return {
      path: `clusters[${index}].gatewayAddress`,
      must: `differ from clusters[${first}].gatewayAddress, or its port from that one's: the clusters are on different networks`,
      got: `${show(cluster.gatewayAddress)} with port ${cluster.gatewayPort} for both`,
      advice: 'give each network a gateway address or port of its own, or the clusters one network',
    };
  });
}

function isSameGateway(one: Cluster, other: Cluster): boolean {
  return one.gatewayAddress === other.gatewayAddress && one.gatewayPort === other.gatewayPort;
}

/** The clusters' own rules report a network that is no name. */
function areApart(one: Cluster, other: Cluster): boolean {
  return typeof other.network === 'string' && one.network !== other.network;
}
