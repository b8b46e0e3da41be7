import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors';
import type { PodRef } from '../kubernetes/pod-ref';
import { retry } from '../retry';
import type { RunningFleet } from './context';
import { dialNewConnection } from './dial-new-connection';
import { callerPod, type ProvenOffer } from './offers';

const PAUSE = 500;
const START_TIMEOUT = 60_000;

/** What became of the connections of some time. */
export interface Dialled {
  readonly count: number;
  readonly failures: readonly string[];
}

/** Dials every host of every offer from one of its callers, each time over a new connection, until it is stopped. */
export class Traffic {
  private readonly stopping = new AbortController();
  private loops: Promise<void>[] = [];
  private count = 0;
  private failures: string[] = [];

  constructor(private readonly context: RunningFleet) {}

  /** Returns as soon as each host has been reached once. */
  async start(): Promise<void> {
    for (const proven of this.context.offers) {
      const [caller] = proven.offer.to;
      if (!caller) continue;
      const from = await callerPod(this.context, caller);
      for (const { consumerHost } of proven.plan.hosts) {
        const dial = () => dialNewConnection(this.context, proven, from, consumerHost);
        const { ok, value } = await retry(dial, {
          until: ({ reached }) => reached !== undefined,
          timeoutMs: START_TIMEOUT,
        });
        if (!ok)
          throw new LabError(
            `${consumerHost} is not reached after ${START_TIMEOUT / 1000} s: ${value.output}; run npm run prove first`,
          );
      }
      this.loops.push(this.repeat(proven, from));
    }
  }

  /** The connections since the last call, with one more round of each offer. */
  async take(): Promise<Dialled> {
    await sleep(4 * PAUSE);
    const taken = { count: this.count, failures: this.failures };
    this.count = 0;
    this.failures = [];
    return taken;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async repeat(proven: ProvenOffer, from: PodRef): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const { consumerHost } of proven.plan.hosts) {
        const { reached, output } = await dialNewConnection(this.context, proven, from, consumerHost);
        this.count++;
        if (reached === undefined) this.failures.push(`${consumerHost}: ${output}`);
      }
      await sleep(PAUSE);
    }
  }
}
