import { getBorderCharacters, table } from 'table';
import type { Result } from './check';
import type { Report } from './report';

/** The first column, and the gap after each of the three. */
const MARK = 6;
const GAP = 2;

/** How a report is shown: columns in all, and whether colours mean something there. */
export interface Screen {
  readonly width: number;
  readonly colour: boolean;
}

/** A report for a reader: a part for each group of checks, the suites that have none, the evidence of failures, and the sum. */
export function reportTable(report: Report, screen: Screen): string {
  const groups = [...new Set(report.checks.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const rows = report.checks.filter((check) => check.group === group);
    return `${bold(group, screen)}\n${columns(rows, screen)}`;
  });
  return [...parts, ...unavailable(report), ...evidence(report), ...stopped(report), summary(report)].join(
    '\n',
  );
}

function columns(checks: readonly Result[], screen: Screen): string {
  const rows = checks.map(({ ok, name, observed, expected }) => {
    const words = [ok ? 'ok' : 'FAILED', name, ok ? observed : `${observed} (expected: ${expected})`];
    const cells = words.map(printable);
    return ok ? cells : cells.map((cell) => red(cell, screen));
  });
  const room = screen.width - MARK - 3 * GAP;
  const longest = Math.max(...checks.map(({ name }) => name.length));
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

/** Servers' answers may hold any byte; a terminal must not interpret them. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function evidence({ checks }: Report): string[] {
  const kept = checks.filter((check) => check.evidence);
  if (kept.length === 0) return [];
  return ['Evidence of the failures:', ...kept.map((check) => `  ${check.name}\n    ${check.evidence}`), ''];
}

function unavailable({ unavailable: suites }: Report): string[] {
  if (suites.length === 0) return [];
  return ['Not available in this fleet:', ...suites.map(({ suite, reason }) => `  ${suite}: ${reason}`), ''];
}

function stopped({ stopped: reason }: Report): string[] {
  return reason === undefined ? [] : [`The run stopped: ${reason}`, ''];
}

function summary({ app, passed, failed, combinations, seconds, peakMemoryMiB, machine }: Report): string {
  const tried =
    combinations > 0 ? `${app}: ${combinations} combinations of identity, name and port tried\n` : '';
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
