import type { ApiClient } from './client';
import type { KubeObject } from './objects';

/** How long further changes are waited for. */
const SETTLES = 50;
const TRIES_AGAIN = 500;

/** Follows collections of an API server and does one piece of work a moment after they change, never two at a time. */
export class Reconciler {
  private readonly stopping = new AbortController();
  private readonly following: Promise<void>[] = [];
  private pending = false;
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: ApiClient,
    private readonly work: () => Promise<void>,
    private readonly onError: (message: string) => void,
  ) {}

  /** Follows a collection; gives a function that returns its present items. */
  follow<T extends KubeObject>(path: string): () => ReadonlyMap<string, T> {
    let present: ReadonlyMap<string, T> = new Map();
    const following = this.client.follow<T>(path, this.stopping.signal, (items) => {
      present = items;
      this.schedule();
    });
    this.following.push(following);
    return () => present;
  }

  /** Has the work done again, as after a change. */
  schedule(): void {
    if (this.pending) return;
    this.pending = true;
    this.working = this.working.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, SETTLES));
      this.pending = false;
      if (!this.stopping.signal.aborted) await this.attempt();
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.following);
    await this.working;
  }

  private async attempt(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.onError((error as Error).message);
      setTimeout(() => this.schedule(), TRIES_AGAIN);
    }
  }
}
