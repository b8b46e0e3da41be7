import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors';
import type { KubeList, KubeObject } from './objects';

/** An answer of an API server that is not a success. */
export class ApiError extends LabError {
  constructor(
    readonly status: number,
    method: string,
    path: string,
    message: string,
  ) {
    super(`${method} ${path}: ${status} ${message}`);
  }
}

/** Speaks to one API server over the Unix socket of a `kubectl proxy`, which logs in and crosses the namespace. */
export class ApiClient {
  // Watches hold a connection each, so that the number is not limited here.
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly socketPath: string) {}

  get<T = KubeObject>(path: string): Promise<T> {
    return this.call('GET', path) as Promise<T>;
  }

  /** The object, or undefined when there is none. */
  async find<T = KubeObject>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  create<T = KubeObject>(path: string, body: unknown): Promise<T> {
    return this.call('POST', path, body) as Promise<T>;
  }

  /** As another user, whom the lab's administrator may impersonate. */
  async createAs<T = KubeObject>(user: string, path: string, body: unknown): Promise<T> {
    return JSON.parse(
      await this.send('POST', path, body, 'application/json', { 'impersonate-user': user }),
    ) as T;
  }

  /** A server-side apply in the lab's own name. */
  apply(path: string, body: unknown): Promise<unknown> {
    return this.call(
      'PATCH',
      `${path}?fieldManager=eastwest-lab&force=true`,
      body,
      'application/apply-patch+yaml',
    );
  }

  merge(path: string, body: unknown): Promise<unknown> {
    return this.call('PATCH', path, body, 'application/merge-patch+json');
  }

  /** Deletes an object, or does nothing when there is none. */
  async delete(path: string, body?: unknown): Promise<void> {
    try {
      await this.call('DELETE', path, body);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  async text(path: string): Promise<string> {
    return this.send('GET', path);
  }

  close(): void {
    this.agent.destroy();
  }

  /** Lists a collection and follows it until the signal; after a broken watch it lists again. */
  async follow<T extends KubeObject>(
    path: string,
    signal: AbortSignal,
    onChange: (items: ReadonlyMap<string, T>) => void,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        const list = await this.get<KubeList<T>>(path);
        const items = new Map(list.items.map((item) => [keyOf(item), item]));
        onChange(items);
        await this.watch<T>(path, list.metadata.resourceVersion, signal, (type, item) => {
          if (type === 'DELETED') items.delete(keyOf(item));
          else items.set(keyOf(item), item);
          onChange(items);
        });
      } catch {
        // The API server restarts, or no longer has the requested resourceVersion: a new list repairs both.
      }
      if (!signal.aborted) await sleep(200);
    }
  }

  private watch<T extends KubeObject>(
    path: string,
    resourceVersion: string,
    signal: AbortSignal,
    onEvent: (type: string, item: T) => void,
  ): Promise<void> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    return new Promise((resolve, reject) => {
      const call = request(
        { socketPath: this.socketPath, path: `${path}?${query}`, signal, agent: false },
        (response) => {
          let rest = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            const lines = (rest + chunk).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines.filter((text) => text !== '')) {
              const { type, object } = JSON.parse(line) as { type: string; object: T };
              if (type === 'ERROR') return void call.destroy();
              if (type !== 'BOOKMARK') onEvent(type, object);
            }
          });
          response.once('error', reject);
          response.once('close', resolve);
        },
      );
      call.once('error', reject);
      call.end();
    });
  }

  private async call(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<unknown> {
    return JSON.parse(await this.send(method, path, body, type));
  }

  private send(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const call = request(
        {
          socketPath: this.socketPath,
          method,
          path,
          agent: this.agent,
          timeout: 30_000,
          headers: {
            ...more,
            ...(payload ? { 'content-type': type, 'content-length': Buffer.byteLength(payload) } : {}),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.once('error', reject);
          response.once('end', () => {
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(text);
            else reject(new ApiError(status, method, path, messageOf(text)));
          });
        },
      );
      call.once('timeout', () => call.destroy(new LabError(`${method} ${path}: no answer in 30 s`)));
      call.once('error', reject);
      call.end(payload);
    });
  }
}

/** What tells one object of a collection from another. */
export function keyOf(item: KubeObject): string {
  return `${item.metadata.namespace ?? ''}/${item.metadata.name}`;
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.trim();
  }
}
