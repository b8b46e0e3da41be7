import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCluster } from '../../cluster';
import { program } from '../../programs/cache';
import { attempt } from '../../shell';
import { type Check, firstLine } from '../check';
import type { Suite } from '../suite';

export const secondApply: Suite = {
  title: 'A second apply changes nothing, and istioctl accepts the YAML',
  phase: 'concurrent',
  available: () => undefined,
  checks: ({ lab, dist }) =>
    lab.clusters.flatMap((cluster) => {
      const folder = join(dist, cluster.name);
      return [applyCheck(cluster, folder), validateCheck(cluster, folder)];
    }),
};

function applyCheck(cluster: LabCluster, folder: string): Check {
  return {
    group: 'dist',
    name: `${cluster.name}: a second apply`,
    expected: 'changes nothing',
    timeoutMs: 0,
    run: async () => {
      const changed: string[] = [];
      for (const file of readdirSync(folder).sort()) {
        const path = join(folder, file);
        const before = await versions(cluster, path);
        await cluster.kubectl.apply(path);
        const after = await versions(cluster, path);
        changed.push(
          ...[...after].filter(([name, version]) => before.get(name) !== version).map(([name]) => name),
        );
      }
      return changed.length === 0
        ? { ok: true, observed: 'nothing changed' }
        : { ok: false, observed: changed.join(', ') };
    },
  };
}

function validateCheck(cluster: LabCluster, folder: string): Check {
  return {
    group: 'dist',
    name: `${cluster.name}: istioctl validate`,
    expected: 'reports no error',
    timeoutMs: 0,
    run: async () => {
      const { code, stdout, stderr } = await attempt([program('istioctl'), 'validate', '-f', folder]);
      const complaints = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line && !line.endsWith('is valid'));
      const ok = code === 0 && complaints.length === 0;
      return { ok, observed: ok ? 'valid' : firstLine(complaints.join('\n')) };
    },
  };
}

interface Applied {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly managedFields?: {
      readonly manager: string;
      readonly time?: string;
      readonly fieldsV1?: unknown;
    }[];
    readonly generation?: number;
  };
}

/**
 * What an apply would change: an object's generation, and the fields that its applier owns and since when. resourceVersion says nothing:
 * controllers write status all the time.
 */
async function versions(cluster: LabCluster, path: string): Promise<Map<string, string>> {
  const text = await cluster.kubectl.run(['get', '-f', path, '-o', 'json', '--show-managed-fields']);
  const parsed = JSON.parse(text) as Applied & { items?: Applied[] };
  return new Map(
    (parsed.items ?? [parsed]).map(({ kind, metadata }) => {
      const own = metadata.managedFields?.filter(({ manager }) => manager === 'eastwest');
      return [
        `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
        JSON.stringify([metadata.generation, own]),
      ];
    }),
  );
}
