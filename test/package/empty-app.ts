import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pack } from '../../scripts/check/pack';

/** What a user of the package has beside it. */
const PEERS = ['cdk8s', 'cdk8s-plus-27', 'constructs'];
/** What comes along with the package: its dependencies, and theirs. */
const DEPENDENCIES = withTheirs(Object.keys(dependenciesOf(join(__dirname, '..', '..'))));

/**
 * Somebody else's project with the packed package installed by npm. Everything it installs is packed from our own
 * node_modules, so that it needs no network and finds nothing but what the tarballs hold.
 */
export class EmptyApp {
  public static async install(): Promise<EmptyApp> {
    const folder = mkdtempSync(join(tmpdir(), 'cdk8s-eastwest-app-'));
    const tarballs = join(folder, 'tarballs');
    mkdirSync(tarballs);
    const { tarball } = await pack(tarballs);
    const installed = packInstalled(tarballs);
    const app = new EmptyApp(folder, tarball, installed);
    app.write('package.json', JSON.stringify(manifest(tarball, installed)));
    npm(folder, ['install', '--offline', '--cache', join(folder, 'cache'), '--ignore-scripts']);
    return app;
  }

  private constructor(
    public readonly folder: string,
    /** The packed package. */
    public readonly tarball: string,
    /** Tarballs of what it needs, by name. */
    public readonly installed: ReadonlyMap<string, string>,
  ) {}

  public write(file: string, content: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), content);
  }

  /** Runs Node in the app's folder. */
  public node(...args: string[]): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, CDK8S_OUTDIR: undefined },
    });
    return { status, output: stdout + stderr };
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function manifest(tarball: string, installed: ReadonlyMap<string, string>): object {
  const tarballOf = (name: string) => [name, `file:${installed.get(name)}`];
  return {
    name: 'empty-app',
    private: true,
    dependencies: {
      'cdk8s-eastwest': `file:${tarball}`,
      ...Object.fromEntries(PEERS.map(tarballOf)),
    },
    // npm would ask a registry for these. cdk8s-plus-27 names backport, which it does not use.
    overrides: {
      ...Object.fromEntries(DEPENDENCIES.map(tarballOf)),
      backport: `file:${installed.get('constructs')}`,
    },
  };
}

/** Tarballs of packages that are installed here, by name. */
function packInstalled(into: string): Map<string, string> {
  const names = [...PEERS, ...DEPENDENCIES];
  const installed = names.map((name) => join(__dirname, '..', '..', 'node_modules', name));
  const files = npm(into, ['pack', ...installed, '--ignore-scripts'])
    .trim()
    .split('\n');
  return new Map(names.map((name, index) => [name, join(into, files[index] as string)]));
}

function npm(cwd: string, args: readonly string[]): string {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund'];
  const options = { cwd, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  return execFileSync('npm', [...args, ...quiet], options);
}

function withTheirs(names: readonly string[]): string[] {
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    Object.keys(dependenciesOf(join(__dirname, '..', '..', 'node_modules', name))).forEach(add);
  };
  names.forEach(add);
  return [...found];
}

function dependenciesOf(folder: string): Record<string, string> {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return dependencies;
}
