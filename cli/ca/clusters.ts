import { requireClusterName } from '../cluster-name';
import { fieldErrors } from '../errors';
import { RESERVED } from './ca-directory';

/** Refuses names that are not names of clusters. Each one is the name of a folder in the CA directory. */
export function requireClusters(clusters: readonly string[]): void {
  for (const [index, name] of clusters.entries()) {
    requireClusterName('<clusters>', name);
    if (RESERVED.includes(name))
      throw fieldErrors({
        path: '<clusters>',
        expected: `not be one of the names ${RESERVED.join(', ')}`,
        actual: `'${name}'`,
        hint: 'give the cluster another name: the CA directory uses these names itself',
      });
    if (clusters.indexOf(name) < index)
      throw fieldErrors({
        path: '<clusters>',
        expected: 'name each cluster once',
        actual: `'${name}' twice`,
        hint: 'leave out the second one',
      });
  }
}
