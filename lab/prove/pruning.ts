import type { Cluster } from '../../lib/model/cluster';
import { Stage } from '../../lib/model/stage';
import type { Lab } from '../lab';
import { allManifests, type Manifest } from './manifests';

/**
 * Deletes the objects that a cluster's folder no longer has, except those with an annotation that keeps them: with kubectl, as Argo CD and
 * Flux would. Objects that an app adds to those of its fleet stay: the edited fleet does not know them.
 */
export async function prune(lab: Lab, cluster: Cluster, dist: string, fresh: string): Promise<void> {
  const { deleted } = pruned(cluster, dist, fresh);
  if (deleted.length > 0) {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: deleted });
    await lab
      .cluster(cluster.name)
      .kubectl.run(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], { input });
  }
}

export function pruned(
  cluster: Cluster,
  dist: string,
  fresh: string,
): { deleted: Manifest[]; kept: Manifest[] } {
  const own = new Set(allManifests(fresh, cluster.name).map(keyOf));
  const gone = allManifests(dist, cluster.name, (file) => !file.startsWith(Stage.WORKLOADS)).filter(
    (one) => !own.has(keyOf(one)),
  );
  return { kept: gone.filter(isKept), deleted: gone.filter((one) => !isKept(one)) };
}

/** Argo CD and Flux read different annotations. */
function isKept({ metadata: { annotations = {} } }: Manifest): boolean {
  return (
    annotations['argocd.argoproj.io/sync-options']?.split(',').includes('Prune=false') === true &&
    annotations['kustomize.toolkit.fluxcd.io/prune'] === 'disabled'
  );
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
