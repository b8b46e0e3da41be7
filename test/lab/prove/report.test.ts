import type { Result } from '../../../lab/prove/check';
import { exitCode, report } from '../../../lab/prove/report';
import { reportTable } from '../../../lab/prove/report-table';

const result = (over: Partial<Result>): Result => ({
  group: 'allowed callers',
  name: 'west/shop-dr → queue-0.queue.shop.svc.cluster.local:5672',
  expected: 'reaches shop/queue-0',
  observed: 'reached shop/queue-0',
  ok: true,
  seconds: 0.1,
  ...over,
});
const RED = '\u001b[31m';

describe("a proof's report", () => {
  const failed = result({
    group: 'refused callers',
    name: 'west/unauthorized → queue-0',
    expected: 'is refused',
    observed: 'it was let in',
    ok: false,
    evidence: '/cache/evidence/refused',
  });
  const unavailable = [{ suite: 'Replicas follow', reason: 'no database has a replica' }];
  const made = {
    ...report('main.ts', { results: [result({}), failed], unavailable }, 12.34, 2048),
    machine: '2 × CPU, 24 GiB',
  };

  test('counts what passed and what failed', () => {
    expect(made).toMatchObject({ app: 'main.ts', passed: 1, failed: 1, skipped: 0, peakMemoryMiB: 2048 });
  });

  test('shows every check, what was expected of a failure, the suites that are not available, and where the evidence is', () => {
    expect(reportTable(made, { width: 100, colour: false })).toMatchInlineSnapshot(`
"allowed callers
ok      west/shop-dr →                                        reached shop/queue-0
        queue-0.queue.shop.svc.cluster.local:5672

refused callers
FAILED  west/unauthorized → queue-0  it was let in (expected: is refused)

Not available in this fleet:
  Replicas follow: no database has a replica

Evidence of the failures:
  west/unauthorized → queue-0
    /cache/evidence/refused

main.ts: 1 passed, 1 failed in 12 s, at most 2048 MiB of memory, on 2 × CPU, 24 GiB"
`);
  });

  test('adds up the combinations that were tried, and says their number before the sum', () => {
    const many = report(
      'x',
      { results: [result({ combinations: 96 }), result({ combinations: 4 }), result({})], unavailable: [] },
      1,
      1,
    );
    expect(many.combinations).toBe(100);
    const lines = reportTable(many, { width: 100, colour: false }).split('\n').slice(-2);
    expect(lines[0]).toBe('x: 100 combinations of identity, name and port tried');
    expect(lines[1]).toMatch(/^x: 3 passed, 0 failed /);
  });

  test('control characters of an answer do not reach the terminal', () => {
    const odd = report(
      'x',
      { results: [result({ observed: 'J\u0000\u0000\u001b[31m5.7.1\n8', ok: false })], unavailable: [] },
      1,
      1,
    );
    expect(reportTable(odd, { width: 100, colour: false })).toContain('J [31m5.7.1 8');
  });

  test('colours failures only, and only where colours are wanted', () => {
    const lines = reportTable(made, { width: 100, colour: true }).split('\n');
    expect(lines.filter((line) => line.includes(RED)).every((line) => !line.includes('queue-0.queue'))).toBe(
      true,
    );
    expect(lines.some((line) => line.includes(`${RED}FAILED`))).toBe(true);
    expect(reportTable(made, { width: 100, colour: false })).not.toContain('\u001b');
  });

  test.each([40, 80, 200])('loses no word of what was observed at %d columns', (width) => {
    const text = reportTable(made, { width, colour: false }).replace(/\s+/g, '');
    expect(text).toContain('queue-0.queue.shop.svc.cluster.local:5672'.slice(0, 10));
    for (const word of ['itwasletin', '(expected:', '/cache/evidence/refused']) expect(text).toContain(word);
  });

  test('a run that stopped says why, and its exit code is not 0', () => {
    const outcome = {
      results: [result({})],
      unavailable: [],
      stopped: 'Sidecar shop/default in west may still be changed',
    };
    const early = report('x', outcome, 1, 1);
    expect(reportTable(early, { width: 100, colour: false })).toContain(
      'The run stopped: Sidecar shop/default in west may still be changed',
    );
    expect(exitCode(early)).toBe(1);
    expect(exitCode({ ...early, stopped: undefined })).toBe(0);
  });

  test('a failed check, or no check at all, is an exit code that is not 0', () => {
    expect(exitCode(made)).toBe(1);
    expect(exitCode(report('x', { results: [], unavailable }, 1, 1))).toBe(1);
  });
});
