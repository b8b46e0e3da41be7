import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Serves a folder's files on this machine, as a release host would. */
export class FileServer {
  public readonly requests: string[] = [];
  private readonly server: Server;

  private constructor(folder: string) {
    this.server = createServer((request, response) => {
      const url = request.url ?? '/';
      this.requests.push(url);
      const file = join(folder, url);
      if (existsSync(file) && statSync(file).isFile()) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
  }

  public static async start(folder: string): Promise<FileServer> {
    const started = new FileServer(folder);
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
}
