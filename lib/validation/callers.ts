import type { Cluster } from '../model/cluster';
import type { FieldError } from '../rules/field-error';
import { callers, type NamedOffer } from './named-offer';
import { unknownClusterError } from './unknown-clusters';

/** Offers from clusters and to callers that are not of the fleet, and callers in the cluster that offers. */
export function callerErrors(entry: NamedOffer, clusters: readonly Cluster[]): FieldError[] {
  return [...unknownClusters(entry, clusters), ...offeredToItself(entry)];
}

function unknownClusters(entry: NamedOffer, clusters: readonly Cluster[]): FieldError[] {
  const { path, offer, words } = entry;
  const error = (where: string, cluster: Cluster) =>
    unknownClusterError(`${path}.${where}`, cluster, clusters);
  return [
    ...(clusters.includes(offer.from) ? [] : [error(words.from, offer.from)]),
    ...callers(entry).flatMap(({ caller, where }) =>
      clusters.includes(caller.cluster) ? [] : [error(where, caller.cluster)],
    ),
  ];
}

function offeredToItself(entry: NamedOffer): FieldError[] {
  const { path, offer } = entry;
  return callers(entry).flatMap(({ caller, where }) =>
    caller.cluster !== offer.from
      ? []
      : {
          path: `${path}.${where}`,
          expected: 'be in another cluster than the one that offers',
          actual: `'${caller.cluster.name}', namespace '${caller.name}'`,
          hint: 'leave it out: callers inside the cluster reach the pods without an offer',
        },
  );
}
