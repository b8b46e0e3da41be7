import { isIP } from 'node:net';
import type { Cluster } from '../model/cluster';
import { isWithin, overlap } from '../rules/address-range';
import { type FieldError, show } from '../rules/field-error';

/** Pools of two clusters on one local network must not share an address, and a gateway's must be one that its pool can give. */
export function addressPoolErrors(clusters: readonly Cluster[]): FieldError[] {
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
      expected: `share no address with ${other.path} (${show(other.range)})`,
      actual: show(range),
      hint: 'give each cluster addresses of its own: two would answer for the same one',
    };
  });
  return [...overlapping, ...clusters.flatMap(gatewayOutsidePool)];
}

function gatewayOutsidePool({ addressPool, gatewayAddress }: Cluster, index: number): FieldError[] {
  if (!Array.isArray(addressPool) || gatewayAddress === undefined || isIP(gatewayAddress) === 0) return [];
  if (addressPool.some((range) => isWithin(gatewayAddress, range))) return [];
  return [
    {
      path: `clusters[${index}].gatewayAddress`,
      expected: `be an address of the cluster's addressPool (${addressPool.join(', ')})`,
      actual: show(gatewayAddress),
      hint: 'choose one of these, or widen the pool',
    },
  ];
}
