import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab';
import type { Place, Probe, Result } from './probe';

/** What explains a failed probe: what the proxies that it went through were told and what they logged. */
export async function keepEvidence(
  lab: Lab,
  probe: Probe,
  result: Result,
  others: readonly Place[],
): Promise<Result> {
  const folder = join(
    lab.folder,
    'evidence',
    `${probe.group} ${probe.name}`.replace(/[^\w.-]+/g, '-').slice(0, 120),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  for (const place of [...(probe.from ? [probe.from] : []), ...others]) await keepProxy(lab, place, folder);
  return { ...result, evidence: folder };
}

async function keepProxy(lab: Lab, { cluster, namespace, pod }: Place, folder: string): Promise<void> {
  const into = join(folder, `${cluster}.${namespace}.${pod}`);
  mkdirSync(into, { recursive: true });
  for (const [path, file] of [
    ['config_dump', 'config.json'],
    ['clusters', 'clusters.txt'],
    ['stats', 'stats.txt'],
  ] as const) {
    const text = await lab
      .cluster(cluster)
      .proxyConfig(namespace, pod, path)
      .catch((error: Error) => error.message);
    writeFileSync(join(into, file), text);
  }
  const logs = lab
    .cluster(cluster)
    .pods.find(({ pod: one }) => one.metadata.namespace === namespace && one.metadata.name === pod)?.folder;
  if (!logs || !existsSync(logs)) return;
  for (const name of readdirSync(logs).filter((file) => file.endsWith('.log')))
    copyFileSync(join(logs, name), join(into, name));
}
