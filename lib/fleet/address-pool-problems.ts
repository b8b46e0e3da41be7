import { isIP } from 'node:net';
import { isWithin, overlap } from './address-range';
import type { Cluster } from './cluster';
import { type Problem, show } from './problem';

/** Pools of two clusters on one local network must not share an address, and a gateway's must be one that its pool can give. */
export function addressPoolProblems(clusters: readonly Cluster[]): Problem[] {
  const pools = clusters.flatMap((cluster, index) =>
    (Array.isArray(cluster.addressPool) ? cluster.addressPool : []).map((range, n) => ({
      cluster,
      range,
      path: `clusters[${index}].addressPool[${n}]`,
    })),
  );
  const overlapping = pools.flatMap(({ range, path }, index) => {
    const other = pools.slice(0, index).find((one) => overlap(one.range, range));
    if (!other) return [];
    return {
      path,
      must: `share no address with ${other.path} (${show(other.range)})`,
      got: show(range),
      advice: 'give each cluster addresses of its own: two would answer for the same one',
    };
  });
  return [...overlapping, ...clusters.flatMap(gatewayOutsidePool)];
}

function gatewayOutsidePool({ addressPool, gatewayAddress }: Cluster, index: number): Problem[] {
  if (!Array.isArray(addressPool) || gatewayAddress === undefined || isIP(gatewayAddress) === 0) return [];
  if (addressPool.some((range) => isWithin(gatewayAddress, range))) return [];
  return [
    {
      path: `clusters[${index}].gatewayAddress`,
      must: `be an address of the cluster's addressPool (${addressPool.join(', ')})`,
      got: show(gatewayAddress),
      advice: 'choose one of these, or widen the pool',
    },
  ];
}
