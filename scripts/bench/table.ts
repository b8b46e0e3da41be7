import { arch, cpus, platform, totalmem } from 'node:os';
import type { Result } from './cases';

const COLUMNS: readonly (readonly [title: string, cell: (result: Result) => string])[] = [
  ['what', ({ subject }) => subject],
  ['command', ({ command }) => command],
  ['objects', ({ objects }) => String(objects)],
  ['wall s', ({ wallSeconds }) => wallSeconds.toFixed(2)],
  ['CPU s', ({ cpuSeconds }) => cpuSeconds.toFixed(2)],
  ['peak MB', ({ peakMegabytes }) => peakMegabytes.toFixed(0)],
  ['ms/object', ({ millisecondsPerObject }) => millisecondsPerObject.toFixed(3)],
];

/** Numbers mean little without it. */
export function machine(): string {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} × ${cores[0]?.model.trim()}, ${gigabytes} GB, ${platform()} ${arch()}, Node ${process.versions.node}`;
}

/** A table that reads as text and as Markdown; numbers to the right. */
export function table(results: readonly Result[]): string {
  const columns = COLUMNS.map(([title, cell], index) => {
    const cells = [title, ...results.map(cell)];
    const width = Math.max(...cells.map(({ length }) => length));
    const isNumber = index > 1;
    const padded = cells.map((text) => (isNumber ? text.padStart(width) : text.padEnd(width)));
    const rule = isNumber ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width);
    return [padded[0], rule, ...padded.slice(1)];
  });
  const rows = columns[0] ?? [];
  return rows.map((_, row) => `| ${columns.map((column) => column[row]).join(' | ')} |`).join('\n');
}
