import type { Cluster } from '../model/cluster';
import { type FieldError, show } from '../rules/field-error';

/** A Cluster object that is not one of the fleet's; it may have the name of one of them. */
export function unknownClusterError(
  path: string,
  cluster: Cluster,
  clusters: readonly Cluster[],
): FieldError {
  if (clusters.some(({ name }) => name === cluster.name)) {
    return {
      path,
      expected: `be the Cluster object ${show(cluster.name)} of the fleet`,
      actual: 'another Cluster object of the same name',
      hint: "use the object in the fleet's clusters",
    };
  }
  return {
    path,
    expected: `be a cluster of the fleet (${clusters.map(({ name }) => name).join(', ')})`,
    actual: show(cluster.name),
    hint: "add it to the fleet's clusters, or use one of them",
  };
}
