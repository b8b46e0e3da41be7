import type { Result } from '../../../lab/prove/probe';
import { report } from '../../../lab/prove/report';
import { reportTable } from '../../../lab/prove/report-table';

const result = (over: Partial<Result>): Result => ({
  group: 'allowed',
  name: 'west/shop-dr → queue-0.queue.shop.svc.cluster.local:5672',
  expected: 'reaches shop/queue-0',
  seen: 'reached shop/queue-0',
  ok: true,
  seconds: 0.1,
  ...over,
});
const RED = '\u001b[31m';

describe("a proof's report", () => {
  const failed = result({
    group: 'refused',
    name: 'west/strangers → queue-0',
    expected: 'is refused',
    seen: 'it got in',
    ok: false,
    evidence: '/cache/evidence/refused',
  });
  const made = { ...report('main.ts', [result({}), failed], 12.34, 2048), machine: '2 × CPU, 24 GiB' };

  test('counts what passed and what failed', () => {
    expect(made).toMatchObject({ app: 'main.ts', passed: 1, failed: 1, skipped: 0, peakMemoryMiB: 2048 });
  });

  test('shows every probe, what was expected of a failure, and where its evidence is', () => {
    expect(reportTable(made, { width: 100, colour: false })).toMatchInlineSnapshot(`
"allowed
ok      west/shop-dr →                                        reached shop/queue-0
        queue-0.queue.shop.svc.cluster.local:5672

refused
FAILED  west/strangers → queue-0  it got in (expected: is refused)

What explains the failures:
  west/strangers → queue-0
    /cache/evidence/refused

main.ts: 1 passed, 1 failed in 12 s, at most 2048 MiB of memory, on 2 × CPU, 24 GiB"
`);
  });

  test('adds up the combinations that were tried, and says their number before the sum', () => {
    const many = report('x', [result({ combinations: 96 }), result({ combinations: 4 }), result({})], 1, 1);
    expect(many.combinations).toBe(100);
    const lines = reportTable(many, { width: 100, colour: false }).split('\n').slice(-2);
    expect(lines[0]).toBe('x: 100 combinations of caller, name and port tried');
    expect(lines[1]).toMatch(/^x: 3 passed, 0 failed /);
  });

  test('bytes that a server said do not reach the terminal', () => {
    const odd = report('x', [result({ seen: 'J\u0000\u0000\u001b[31m5.7.1\n8', ok: false })], 1, 1);
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

  test.each([40, 80, 200])('loses no word of what was seen at %d columns', (width) => {
    const text = reportTable(made, { width, colour: false }).replace(/\s+/g, '');
    expect(text).toContain('queue-0.queue.shop.svc.cluster.local:5672'.slice(0, 10));
    for (const word of ['itgotin', '(expected:', '/cache/evidence/refused']) expect(text).toContain(word);
  });
});
