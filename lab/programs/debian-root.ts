import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { LabError } from '../errors';
import { run } from '../shell';
import { debianMirror } from './apt-sources';
import { cached, Stamp } from './cache';
import type { Installer, Progress } from './installer';
import type { DebianRoot } from './versions';

/** Where a Debian system in a folder lives in the cache. */
export function debianRoot(root: DebianRoot): string {
  return cached('roots', root.name);
}

/** Sets up a Debian system in a folder, for servers whose libraries are newer than the machine's. */
export class DebianRootInstaller implements Installer {
  private readonly stamp: Stamp;

  constructor(private readonly root: DebianRoot) {
    this.stamp = new Stamp(`debian-root-${root.name}`, root);
  }

  get title(): string {
    return `${this.root.packages.join(', ')} (Debian ${this.root.suite}, in a folder)`;
  }

  get isInstalled(): boolean {
    return this.stamp.isCurrent && existsSync(debianRoot(this.root));
  }

  async install(progress: Progress): Promise<void> {
    const mirror = debianMirror();
    this.stamp.clear();
    const folder = debianRoot(this.root);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(cached('roots'), { recursive: true });
    const include = `--include=${this.root.packages.join(',')}`;
    const argv = ['debootstrap', '--variant=minbase', include, this.root.suite, folder, mirror];
    await run(argv, { onLine: progress });
    const version = (await run(['chroot', folder, ...this.root.versionCommand])).trim();
    if (!version.includes(this.root.expected)) {
      throw new LabError(
        `Debian ${this.root.suite} has ${version}, and the lab was made for ${this.root.expected}x; ` +
          'set the version in lab/programs/versions.ts, and run npm run prove',
      );
    }
    this.stamp.set();
  }
}
