import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../shell';
import { cached, Stamp } from './cache';
import { goEnvironment } from './go-programs';
import type { Installer, Progress } from './installer';
import { CRDS } from './versions';

/** Schemas of resources whose controllers the lab stands in for: an API server accepts what they allow. */
export class CrdInstaller implements Installer {
  readonly title = 'schemas of custom resources';
  private readonly stamp = new Stamp('crds', CRDS);

  get isInstalled(): boolean {
    return this.stamp.isCurrent && CRDS.every(({ group }) => existsSync(crdFolder(group)));
  }

  async install(progress: Progress): Promise<void> {
    this.stamp.clear();
    rmSync(cached('crds'), { recursive: true, force: true });
    for (const { group, module, version, files } of CRDS) {
      progress(`${group} of ${module}`);
      const argv = ['go', 'mod', 'download', '-json', `${module}@${version}`];
      const { Dir: folder } = JSON.parse(await run(argv, { env: goEnvironment() })) as { Dir: string };
      mkdirSync(crdFolder(group), { recursive: true });
      for (const [index, file] of files.entries())
        copyFileSync(join(folder, file), join(crdFolder(group), `${index}.yaml`));
    }
    this.stamp.set();
  }
}

/** Where the schemas of an API group are. */
export function crdFolder(group: string): string {
  return cached('crds', group);
}
