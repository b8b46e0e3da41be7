import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions<T> {
  /** Whether a value is the wanted one. */
  readonly until: (value: T) => boolean;
  /** How long it is tried. */
  readonly timeoutMs: number;
  /** The pause between two attempts. @default 500 */
  readonly pauseMs?: number;
  /** How many wanted values in a row count: one alone may come by chance. @default 1 */
  readonly inARow?: number;
}

/** What the last attempt gave, and whether it was wanted. */
export interface Outcome<T> {
  readonly ok: boolean;
  readonly value: T;
}

/** Tries until the wanted value has come so many times in a row, or the time is over. Errors of an attempt end it. */
export async function retry<T>(
  attempt: () => Promise<T> | T,
  { until, timeoutMs, pauseMs = 500, inARow = 1 }: RetryOptions<T>,
): Promise<Outcome<T>> {
  const deadline = Date.now() + timeoutMs;
  for (let count = 0; ; await sleep(pauseMs)) {
    const value = await attempt();
    count = until(value) ? count + 1 : 0;
    if (count >= inARow) return { ok: true, value };
    if (Date.now() >= deadline) return { ok: false, value };
  }
}
