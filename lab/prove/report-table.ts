import { getBorderCharacters, table } from 'table';
import type { Result } from './probe';
import type { Report } from './report';

/** The first column, and the gap after each of the three. */
const MARK = 6;
const GAP = 2;

/** How a report is shown: columns in all, and whether colours mean something there. */
export interface Screen {
  readonly width: number;
  readonly colour: boolean;
}

/** A report as its reader sees it: a part for each group of probes, then where to look for what failed, and the sum. */
export function reportTable(report: Report, screen: Screen): string {
  const groups = [...new Set(report.probes.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const rows = report.probes.filter((probe) => probe.group === group);
    return `${bold(group, screen)}\n${columns(rows, screen)}`;
  });
  return [...parts, ...evidence(report), summary(report)].join('\n');
}

function columns(probes: readonly Result[], screen: Screen): string {
  const rows = probes.map(({ ok, name, seen, expected }) => {
    const words = [ok ? 'ok' : 'FAILED', name, ok ? seen : `${seen} (expected: ${expected})`];
    const cells = words.map(printable);
    return ok ? cells : cells.map((cell) => red(cell, screen));
  });
  const room = screen.width - MARK - 3 * GAP;
  const longest = Math.max(...probes.map(({ name }) => name.length));
  const name = Math.max(20, Math.min(longest, Math.floor(room * 0.6)));
  const text = table(rows, {
    border: getBorderCharacters('void'),
    columnDefault: { paddingLeft: 0, paddingRight: GAP },
    columns: [
      { width: MARK },
      { width: name, wrapWord: true },
      { width: Math.max(20, room - name), wrapWord: true },
    ],
    drawHorizontalLine: () => false,
  });
  return text.replace(/ +$/gm, '');
}

/** What servers said may hold any byte; a terminal must not obey them. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function evidence({ probes }: Report): string[] {
  const kept = probes.filter((probe) => probe.evidence);
  if (kept.length === 0) return [];
  return [
    'What explains the failures:',
    ...kept.map((probe) => `  ${probe.name}\n    ${probe.evidence}`),
    '',
  ];
}

function summary({ app, passed, failed, combinations, seconds, peakMemoryMiB, machine }: Report): string {
  const tried =
    combinations > 0 ? `${app}: ${combinations} combinations of caller, name and port tried\n` : '';
  return (
    `${tried}${app}: ${passed} passed, ${failed} failed in ${seconds.toFixed(0)} s, ` +
    `at most ${peakMemoryMiB} MiB of memory, on ${machine}`
  );
}

function bold(text: string, { colour }: Screen): string {
  return colour ? `\u001b[1m${text}\u001b[22m` : text;
}

function red(text: string, { colour }: Screen): string {
  return colour ? `\u001b[31m${text}\u001b[39m` : text;
}
