import { cpus, totalmem } from 'node:os';
import type { Result } from './probe';

/** What `--json` writes, and what CI counts. */
export interface Report {
  readonly app: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
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
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return { app, passed, failed: probes.length - passed, skipped: 0, seconds, peakMemoryMiB, machine, probes };
}

/** The results as a table, and where to look for what failed. */
export function table(
  { app, probes, passed, failed, seconds, peakMemoryMiB, machine }: Report,
  colour: boolean,
): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const rows = probes.map(({ ok, group, name, expected, seen }) => [
    ok ? 'ok' : 'FAILED',
    group,
    name,
    ok ? seen : `${seen} (expected: ${expected})`,
  ]);
  const header = ['', 'group', 'probe', 'seen'];
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 3 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  const lines = rows.map((row) => (row[0] === 'ok' ? line(row) : paint(31, line(row))));
  const evidence = probes
    .filter((probe) => probe.evidence)
    .map(({ name, evidence: folder }) => `  ${name}\n    ${folder}`);
  return [
    paint(1, line(header)),
    ...lines,
    '',
    ...(evidence.length > 0 ? ['What explains the failures:', ...evidence, ''] : []),
    `${app}: ${passed} passed, ${failed} failed in ${seconds.toFixed(0)} s, at most ${peakMemoryMiB} MiB of memory, on ${machine}`,
  ].join('\n');
}
