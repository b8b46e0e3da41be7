import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const MODULES = join(__dirname, '..', '..', 'node_modules');

/** A package of the command's name that is somebody else's. */
const STRANGER = { name: 'eastwest', version: '1.0.0', bin: { eastwest: 'stranger.js' } };

/** cdk8s-plus-27 names it and does not use it; see docs/decisions/0006-dependencies.md. */
const UNUSED = { name: 'backport', version: '8.5.0', standIn: 'constructs' };

/**
 * An npm registry on this machine that has the given packages, as they are installed here, and a stranger's package named
 * eastwest. It notes what it is asked for.
 */
export class LocalRegistry {
  public readonly requests: string[] = [];
  private readonly server: Server;

  private constructor(private readonly tarballs: ReadonlyMap<string, string>) {
    this.server = createServer((request, response) => {
      const url = decodeURIComponent(request.url ?? '/').slice(1);
      this.requests.push(url);
      const answer = url.endsWith('.tgz') ? this.tarball(url) : this.description(url);
      if (answer === undefined) response.writeHead(404).end();
      else response.end(answer);
    });
  }

  public static async start(tarballs: ReadonlyMap<string, string>): Promise<LocalRegistry> {
    const started = new LocalRegistry(tarballs);
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private description(name: string): string | undefined {
    const manifests = this.manifests(name);
    if (manifests.length === 0) return undefined;
    const dist = { tarball: `${this.url}/${name}.tgz` };
    return JSON.stringify({
      name,
      'dist-tags': { latest: manifests[0]?.version },
      versions: Object.fromEntries(manifests.map((one) => [one.version, { ...one, dist }])),
    });
  }

  /** Of every version that is installed; their tarball is that of the first. */
  private manifests(name: string): { readonly version: string }[] {
    const other = [STRANGER, UNUSED].find((one) => one.name === name);
    if (other) return [other];
    if (!this.tarballs.has(name)) return [];
    const nested = [...this.tarballs.keys()].map((parent) => join(parent, 'node_modules', name));
    return [name, ...nested]
      .map((path) => join(MODULES, path, 'package.json'))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')));
  }

  private tarball(url: string): Buffer | undefined {
    const name = url.slice(0, -'.tgz'.length);
    const file = this.tarballs.get(name === UNUSED.name ? UNUSED.standIn : name);
    return file === undefined ? undefined : readFileSync(file);
  }
}
