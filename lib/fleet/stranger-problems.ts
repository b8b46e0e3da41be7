import type { Cluster } from './cluster';
import { type Problem, show } from './problem';

/** A Cluster object that is not one of the fleet's; it may have the name of one of them. */
export function strangerProblem(path: string, cluster: Cluster, clusters: readonly Cluster[]): Problem {
  if (clusters.some(({ name }) => name === cluster.name)) {
    return {
      path,
      must: `be the Cluster object ${show(cluster.name)} of the fleet`,
      got: 'another Cluster object of the same name',
      advice: "use the object in the fleet's clusters",
    };
  }
  return {
    path,
    must: `be a cluster of the fleet (${clusters.map(({ name }) => name).join(', ')})`,
    got: show(cluster.name),
    advice: "add it to the fleet's clusters, or use one of them",
  };
}
