import { cpus, totalmem } from 'node:os';
import type { Result } from './check';
import type { RunOutcome, UnavailableSuite } from './run-suites';

/** What `--json` writes, and what CI counts. */
export interface Report {
  /** `main.ts`, or the example's name. */
  readonly app: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many combinations of identity, name and port were tried, each over a connection of its own. */
  readonly combinations: number;
  /** From the start of the lab to the end of the last check. */
  readonly seconds: number;
  /** The most that all of the lab's processes took together. */
  readonly peakMemoryMiB: number;
  readonly machine: string;
  readonly checks: readonly Result[];
  /** The suites that have no checks in this fleet, and why. */
  readonly unavailable: readonly UnavailableSuite[];
  /** Why the run ended before its end. */
  readonly stopped?: string;
}

export function report(
  app: string,
  { results: checks, unavailable, stopped }: RunOutcome,
  seconds: number,
  peakMemoryMiB: number,
): Report {
  const passed = checks.filter(({ ok }) => ok).length;
  const combinations = checks.reduce((sum, check) => sum + (check.combinations ?? 0), 0);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return {
    ...{ app, passed, failed: checks.length - passed, skipped: 0, combinations },
    ...{ seconds, peakMemoryMiB, machine, checks, unavailable, stopped },
  };
}

/** The exit code of a run: 0 only if it came to its end and each check observed what it expects. */
export function exitCode({ failed, passed, stopped }: Report): number {
  return failed > 0 || passed === 0 || stopped !== undefined ? 1 : 0;
}
