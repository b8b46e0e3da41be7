import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';
import type { Check, Result } from './check';

/** Keeps what explains a failed check: the configuration, statistics and logs of the proxies on its way. */
export async function keepEvidence(
  lab: Lab,
  check: Check,
  result: Result,
  others: readonly PodRef[],
): Promise<Result> {
  const folder = join(
    lab.folder,
    'evidence',
    `${check.group} ${check.name}`.replace(/[^\w.-]+/g, '-').slice(0, 120),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  for (const pod of [...(check.from ? [check.from] : []), ...others]) await keepProxy(lab, pod, folder);
  return { ...result, evidence: folder };
}

async function keepProxy(lab: Lab, { cluster, namespace, pod }: PodRef, folder: string): Promise<void> {
  const into = join(folder, `${cluster}.${namespace}.${pod}`);
  mkdirSync(into, { recursive: true });
  for (const [path, file] of [
    ['config_dump', 'config.json'],
    ['clusters', 'clusters.txt'],
    ['stats', 'stats.txt'],
  ] as const) {
    const text = await lab
      .cluster(cluster)
      .pods.proxyConfig(namespace, pod, path)
      .catch((error: Error) => error.message);
    writeFileSync(join(into, file), text);
  }
  const logs = lab
    .cluster(cluster)
    .pods.all.find(
      ({ pod: one }) => one.metadata.namespace === namespace && one.metadata.name === pod,
    )?.folder;
  if (!logs || !existsSync(logs)) return;
  for (const name of readdirSync(logs).filter((file) => file.endsWith('.log')))
    copyFileSync(join(logs, name), join(into, name));
}
