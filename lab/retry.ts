import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions<T> {
  /** Whether a value is the wanted one. */
  readonly until: (value: T) => boolean;
  /** The deadline, from the first attempt on. @default - none */
  readonly timeoutMs?: number;
  /** How many attempts are made at most. @default - any number */
  readonly attempts?: number;
  /** The pause between two attempts. @default 500 */
  readonly pauseMs?: number;
  /** How many wanted values in a row count: one alone may come by chance. @default 1 */
  readonly agreeing?: number;
  /** Ends the attempts before the deadline. */
  readonly signal?: AbortSignal;
}

/** What the last attempt gave, and whether the wanted values came before the deadline. */
export interface Outcome<T> {
  readonly ok: boolean;
  readonly value: T;
}

/**
 * Makes attempts until so many in a row give a wanted value, until the deadline, the last attempt or the signal. The first attempt is
 * always made. An attempt that throws ends it.
 */
export async function retry<T>(attempt: () => Promise<T> | T, options: RetryOptions<T>): Promise<Outcome<T>> {
  const { until, pauseMs = 500, agreeing = 1, signal } = options;
  const { timeoutMs = Number.POSITIVE_INFINITY, attempts = Number.POSITIVE_INFINITY } = options;
  const deadline = Date.now() + timeoutMs;
  let count = 0;
  for (let made = 1; ; made++) {
    const value = await attempt();
    count = until(value) ? count + 1 : 0;
    if (count >= agreeing) return { ok: true, value };
    if (Date.now() >= deadline || made >= attempts) return { ok: false, value };
    // an abort ends the pause
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) return { ok: false, value };
  }
}
