import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../shell';
import { cached, program, Stamp } from './cache';
import type { Installer, Progress } from './installer';
import type { GoPrograms } from './versions';

/** The folder of a set's go.mod and go.sum, which pin every dependency by its checksum. */
export function goModule(programs: GoPrograms): string {
  return join(__dirname, 'go', programs.name);
}

/** Builds programs from a Go module into the cache. */
export class GoInstaller implements Installer {
  private readonly stamp: Stamp;

  constructor(private readonly set: GoPrograms) {
    this.stamp = new Stamp(`go-${set.name}`, [set, ...sources(set)]);
  }

  get title(): string {
    return `${Object.keys(this.set.programs).join(', ')} (${this.set.module} ${this.set.version})`;
  }

  get isInstalled(): boolean {
    return this.stamp.isCurrent && Object.keys(this.set.programs).every((name) => existsSync(program(name)));
  }

  async install(progress: Progress): Promise<void> {
    this.stamp.clear();
    for (const [name, source] of Object.entries(this.set.programs)) {
      progress(`building ${name}`);
      await run(['go', 'build', `-ldflags=${this.linkerFlags()}`, '-o', program(name), source], {
        cwd: goModule(this.set),
        env: goEnvironment(),
        onLine: progress,
      });
    }
    this.stamp.set();
  }

  private linkerFlags(): string {
    const values = Object.entries(this.set.values ?? {}).map(([key, value]) => `-X ${key}=${value}`);
    return ['-s -w', ...values].join(' ');
  }
}

/** The files of this repository from which a set is built: its go.mod and, where the lab has a program of its own, its source. */
function sources(set: GoPrograms): string[] {
  const files = ['go.mod', 'main.go'].map((file) => join(goModule(set), file));
  return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
}

/** Where Go unpacked a module, for the files that it carries beside its source (CRDs, the Envoy bootstrap). */
export async function moduleFolder(programs: GoPrograms): Promise<string> {
  const argv = ['go', 'list', '-m', '-f', '{{.Dir}}', programs.module];
  return (await run(argv, { cwd: goModule(programs), env: goEnvironment() })).trim();
}

/** Static programs, so that they run in a root folder of any distribution; the checkout's git is left out of it. */
export function goEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly -buildvcs=false',
    GOWORK: 'off',
    GOBIN: cached('bin'),
  };
}
