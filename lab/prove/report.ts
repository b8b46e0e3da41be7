import { cpus, totalmem } from 'node:os';
import type { Result } from './probe';

/** What `--json` writes, and what CI counts. */
export interface Report {
  /** `main.ts`, or the example's name. */
  readonly app: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many combinations of caller, name and port were tried, each a connection of its own. */
  readonly combinations: number;
  /** From the start of the lab to the last answer. */
  readonly seconds: number;
  /** The most that all of the lab's processes took together. */
  readonly peakMemoryMiB: number;
  readonly machine: string;
  readonly probes: readonly Result[];
}

export function report(
  app: string,
  probes: readonly Result[],
  seconds: number,
  peakMemoryMiB: number,
): Report {
  const passed = probes.filter(({ ok }) => ok).length;
  const combinations = probes.reduce((sum, probe) => sum + (probe.combinations ?? 0), 0);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return {
    app,
    passed,
    failed: probes.length - passed,
    skipped: 0,
    combinations,
    seconds,
    peakMemoryMiB,
    machine,
    probes,
  };
}
