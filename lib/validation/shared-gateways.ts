import type { Cluster } from '../model/cluster';
import { type FieldError, show } from '../rules/field-error';

/** One gateway leads into one network: clusters of other networks that gave its address would be looked for behind it. */
export function sharedGatewayErrors(clusters: readonly Cluster[]): FieldError[] {
  return clusters.flatMap((cluster, index) => {
    const first = clusters
      .slice(0, index)
      .findIndex((other) => isSameGateway(other, cluster) && areApart(other, cluster));
    if (cluster.gatewayAddress === undefined || first < 0) return [];
    return {
      path: `clusters[${index}].gatewayAddress`,
      expected: `differ from clusters[${first}].gatewayAddress, or its port from that one's: the clusters are on different networks`,
      actual: `${show(cluster.gatewayAddress)} with port ${cluster.gatewayPort} for both`,
      hint: 'give each network a gateway address or port of its own, or the clusters one network',
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
