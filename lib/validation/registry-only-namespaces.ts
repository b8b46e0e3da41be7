import type { Cluster } from '../model/cluster';
import { type FieldError, show } from '../rules/field-error';
import { isDnsLabel } from '../rules/rules';
import { callers, type NamedOffer } from './named-offer';

/** Registry-only namespaces that dial nothing, and those that another cluster of the same istiod does not restrict. */
export function registryOnlyNamespaceErrors(
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): FieldError[] {
  return clusters.flatMap((cluster, index) => {
    // what is no list, or no name, has been said; and is not said again, for it may be a secret
    if (!Array.isArray(cluster.registryOnlyNamespaces) || !isDnsLabel(cluster.name)) return [];
    return cluster.registryOnlyNamespaces.flatMap((name, at) => {
      if (!isDnsLabel(name)) return [];
      const path = `clusters[${index}].registryOnlyNamespaces[${at}]`;
      return [
        ...dialsNothing(path, cluster, name, named),
        ...limitedElsewhere(path, cluster, name, clusters, named),
      ];
    });
  });
}

function dialsNothing(
  path: string,
  cluster: Cluster,
  name: string,
  named: readonly NamedOffer[],
): FieldError[] {
  const dialling = new Set(
    named
      .flatMap(callers)
      .filter(({ caller }) => caller.cluster === cluster)
      .map(({ caller }) => caller.name),
  );
  if (dialling.has(name)) return [];
  return [
    {
      path,
      expected: `be a namespace that an offer names for ${show(cluster.name)} (${[...dialling].join(', ') || 'there are none'})`,
      actual: show(name),
      hint: 'correct its name, or write a NamespaceSidecar yourself',
    },
  ];
}

/** An istiod applies a Sidecar to all pods of the namespace, whatever their cluster. */
function limitedElsewhere(
  path: string,
  cluster: Cluster,
  name: string,
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): FieldError[] {
  const isInhabited = (other: Cluster) =>
    named.some(
      (entry) =>
        (entry.offer.from === other && entry.offer.namespace === name) ||
        callers(entry).some(({ caller }) => caller.cluster === other && caller.name === name),
    );
  return clusters
    .filter((other) => other !== cluster && other.primaryCluster === cluster.primaryCluster)
    .filter((other) => isInhabited(other) && !other.registryOnlyNamespaces.includes(name))
    .map((other) => ({
      path,
      expected: `be registry-only in ${show(other.name)} too, which has the namespace and the same istiod`,
      actual: show(name),
      hint: `add it to the registryOnlyNamespaces of ${show(other.name)}, or rename one of the two`,
    }));
}
