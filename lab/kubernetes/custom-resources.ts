import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCluster } from '../cluster';
import { crdFolder } from '../programs/crds';
import { CRDS } from '../programs/versions';

/** Gives a cluster's API server the schemas of what a text of manifests has, of resources whose controllers the lab stands in for. */
export async function installCustomResources(cluster: LabCluster, text: string): Promise<void> {
  for (const { group, namespace } of CRDS) {
    if (!text.includes(`apiVersion: ${group}/`)) continue;
    await cluster.apply(crdFolder(group));
    if (namespace) await cluster.ensureNamespace(namespace);
  }
}

/** Everything that a folder's files say. */
export function textOf(folder: string): string {
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}
