import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab';
import { program } from '../programs/cache';
import { attempt } from '../shell';
import { firstLine, type Probe } from './probe';

/** Applying a folder again changes nothing, and istioctl finds nothing wrong with it. */
export function applyProbes(lab: Lab, dist: string): Probe[] {
  return lab.clusters.flatMap((cluster) => {
    const folder = join(dist, cluster.name);
    const second: Probe = {
      group: 'applied',
      name: `${cluster.name}: a second apply`,
      expected: 'changes nothing',
      patienceMs: 0,
      ask: async () => {
        const changed: string[] = [];
        for (const file of readdirSync(folder).sort()) {
          const path = join(folder, file);
          const before = await versions(cluster, path);
          await cluster.apply(path);
          const after = await versions(cluster, path);
          changed.push(
            ...[...after].filter(([name, version]) => before.get(name) !== version).map(([name]) => name),
          );
        }
        return changed.length === 0
          ? { ok: true, seen: 'nothing changed' }
          : { ok: false, seen: changed.join(', ') };
      },
    };
    const validate: Probe = {
      group: 'applied',
      name: `${cluster.name}: istioctl validate`,
      expected: 'finds nothing wrong',
      patienceMs: 0,
      ask: async () => {
        const { code, stdout, stderr } = await attempt([program('istioctl'), 'validate', '-f', folder]);
        const complaints = `${stdout}${stderr}`
          .split('\n')
          .filter((line) => line && !line.endsWith('is valid'));
        const ok = code === 0 && complaints.length === 0;
        return { ok, seen: ok ? 'valid' : firstLine(complaints.join('\n')) };
      },
    };
    return [second, validate];
  });
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
 * What an apply would move: an object's generation, and what its applier owns and since when. (Not resourceVersion: controllers
 * write status all the time.)
 */
async function versions(cluster: Lab['clusters'][number], path: string): Promise<Map<string, string>> {
  const text = await cluster.kubectl(['get', '-f', path, '-o', 'json', '--show-managed-fields']);
  const parsed = JSON.parse(text) as Applied & { items?: Applied[] };
  return new Map(
    (parsed.items ?? [parsed]).map(({ kind, metadata }) => {
      const mine = metadata.managedFields?.filter(({ manager }) => manager === 'eastwest');
      return [
        `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
        JSON.stringify([metadata.generation, mine]),
      ];
    }),
  );
}
