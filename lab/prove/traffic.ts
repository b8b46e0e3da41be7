import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../../lib/model/fleet';
import type { Lab } from '../lab';
import type { Callers } from './callers';
import { askAfresh } from './connections';
import type { ProvenOffer } from './offers';

const PAUSE = 500;

/** Dials every host of every offer from one of its callers, each time over a connection of its own, until it is stopped. */
export class Traffic {
  private readonly stopping = new AbortController();
  private loops: Promise<unknown>[] = [];
  private dialled = 0;
  private failures: string[] = [];

  constructor(
    private readonly lab: Lab,
    private readonly fleet: Fleet,
    private readonly offers: readonly ProvenOffer[],
    private readonly callers: Callers,
  ) {}

  /** Gives back as soon as each offer has been reached once. */
  async start(): Promise<void> {
    for (const proven of this.offers) {
      const [caller] = proven.offer.to;
      if (!caller) continue;
      const { cluster, name: namespace, account } = caller;
      const from = await this.callers.get({ cluster: cluster.name, namespace, account });
      const dial = (host: string) => askAfresh(this.lab, this.fleet, proven, from, host);
      for (const { consumerHost } of proven.offer.hosts) {
        while ((await dial(consumerHost)).reached === undefined) await sleep(PAUSE);
      }
      this.loops.push(this.repeat(proven, dial));
    }
  }

  /** How many connections were made since the last time, and what became of those that failed. */
  async take(): Promise<{ dialled: number; failures: readonly string[] }> {
    // of each offer one more round, over whatever is in force by now
    await sleep(4 * PAUSE);
    const taken = { dialled: this.dialled, failures: this.failures };
    this.dialled = 0;
    this.failures = [];
    return taken;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async repeat(
    { offer }: ProvenOffer,
    dial: (host: string) => ReturnType<typeof askAfresh>,
  ): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const { consumerHost } of offer.hosts) {
        const { reached, said } = await dial(consumerHost);
        this.dialled++;
        if (reached === undefined) this.failures.push(`${consumerHost}: ${said}`);
      }
      await sleep(PAUSE);
    }
  }
}
