import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCluster } from '../cluster';
import { LabError } from '../errors';
import { crdFolder } from '../programs/crds';
import { CRDS } from '../programs/versions';
import { retry } from '../retry';
import { ensureNamespace } from './apply';
import type { KubeList } from './objects';

/** Gives a cluster's API server the schemas of what a text of manifests has, of resources whose controllers the lab stands in for. */
export async function installCustomResources(cluster: LabCluster, text: string): Promise<void> {
  for (const { group, namespace } of CRDS) {
    if (!text.includes(`apiVersion: ${group}/`)) continue;
    await cluster.kubectl.apply(crdFolder(group));
    await established(cluster, group);
    if (namespace) await ensureNamespace(cluster.client, namespace);
  }
}

interface Definition {
  readonly spec: { readonly group: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Waits until the API server serves a group's resources. */
async function established(cluster: LabCluster, group: string): Promise<void> {
  const isServed = ({ status }: Definition) =>
    status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True');
  const areServed = async () => {
    const { items } = await cluster.client.get<KubeList<Definition>>(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    );
    return items.filter(({ spec }) => spec.group === group).every(isServed);
  };
  const { ok } = await retry(areServed, { until: (served) => served, timeoutMs: 30_000, pauseMs: 100 });
  if (!ok) throw new LabError(`${cluster.name}: ${group} is not served after 30 s`);
}

/** Everything that a folder's files say. */
export function textOf(folder: string): string {
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

/** Has a cluster's API server take what a folder has for it of resources whose schemas the lab has; their controllers are not there. */
export async function acceptResources(cluster: LabCluster, folder: string): Promise<void> {
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!CRDS.some(({ group }) => text.includes(`apiVersion: ${group}/`))) continue;
    await installCustomResources(cluster, text);
    await cluster.kubectl.apply(join(folder, file));
  }
}
