import type { PodRef } from '../kubernetes/pod-ref';
import { retry } from '../retry';
import { RevertError } from './mutation';

/** What one run of a check observed, in words, and whether that is what the check expects. */
export interface Observation {
  readonly ok: boolean;
  readonly observed: string;
}

/** One question to the running clusters, with its expected answer. */
export interface Check {
  /** The part of the report that it belongs to. */
  readonly group: string;
  readonly name: string;
  readonly expected: string;
  /** How long it is run again until it observes what it expects: configuration takes a moment to arrive. */
  readonly timeoutMs: number;
  /** The pod that it runs in: its proxy's state is kept as evidence of a failure. */
  readonly from?: PodRef;
  /** How many connections one run makes, where they are many. */
  readonly combinations?: number;
  /** Checks of one sequence build on one another: they run in order, also where others run at the same time. */
  readonly sequence?: string;
  run(): Promise<Observation>;
}

/** The group of checks that apply a mutation and expect that a result changes. */
export const NEGATIVE_CONTROL =
  'negative controls: the traffic stops with the mutation and returns without it';

/** A check that has run. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly expected: string;
  readonly observed: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly combinations?: number;
  /** The folder with what explains a failure. */
  readonly evidence?: string;
}

/** Runs a check until it observes what it expects or its time is over. A mutation that was not reverted is an error. */
export async function runCheck(check: Check): Promise<Result> {
  const begin = Date.now();
  const attempt = () =>
    check.run().catch((error: Error): Observation => {
      if (error instanceof RevertError) throw error;
      return { ok: false, observed: firstLine(error.message) };
    });
  const { value } = await retry(attempt, { until: ({ ok }) => ok, timeoutMs: check.timeoutMs });
  const { group, name, expected, combinations } = check;
  return { group, name, expected, combinations, ...value, seconds: (Date.now() - begin) / 1000 };
}

export function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 300) ?? '';
}
