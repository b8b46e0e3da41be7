import { retry } from '../retry';

/** What a probe saw, in words; `ok` says whether that was expected. */
export interface Verdict {
  readonly ok: boolean;
  readonly seen: string;
}

/** One question to the running clusters, with its expected answer. */
export interface Probe {
  /** What it belongs to: allowed, refused, not offered, local, … */
  readonly group: string;
  readonly name: string;
  readonly expected: string;
  /** How long it may be asked again until the expected answer comes: configuration takes a moment to arrive. */
  readonly patienceMs: number;
  /** Where its evidence is: the cluster, namespace and pod that it asked from. */
  readonly from?: Place;
  /** How many attempts it makes at once, where they are many. */
  readonly combinations?: number;
  ask(): Promise<Verdict>;
}

/** The group of probes that take a precondition away. */
export const CONTROL = 'control: without this, nothing may arrive';

/** A pod. */
export interface Place {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
}

/** A probe that was asked. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly expected: string;
  readonly seen: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** How many attempts it made, where they were many. */
  readonly combinations?: number;
  /** The folder with what explains a failure. */
  readonly evidence?: string;
}

/** Asks until the answer is the expected one, or patience ends. */
export async function ask(probe: Probe): Promise<Result> {
  const begin = Date.now();
  const attempt = () =>
    probe.ask().catch((error: Error): Verdict => ({ ok: false, seen: firstLine(error.message) }));
  const { value: verdict } = await retry(attempt, { until: ({ ok }) => ok, timeoutMs: probe.patienceMs });
  const { group, name, expected, combinations } = probe;
  return { group, name, expected, combinations, ...verdict, seconds: (Date.now() - begin) / 1000 };
}

export function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 300) ?? '';
}
