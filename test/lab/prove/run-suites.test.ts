import type { Check } from '../../../lab/prove/check';
import type { RunningFleet } from '../../../lab/prove/context';
import { RevertError } from '../../../lab/prove/mutation';
import { runSuites } from '../../../lab/prove/run-suites';
import type { Suite } from '../../../lab/prove/suite';

/** A context that records titles and lines of progress. */
function context(): RunningFleet & { readonly titles: string[]; readonly lines: string[] } {
  const titles: string[] = [];
  const lines: string[] = [];
  const part: Partial<RunningFleet> = {
    say: (line) => void lines.push(line),
    show: (title, work) => {
      titles.push(title);
      return work();
    },
    keepEvidence: async (_, result) => ({ ...result, evidence: '/evidence' }),
  };
  return { ...(part as RunningFleet), titles, lines };
}

const check = (name: string, over: Partial<Check> = {}): Check => ({
  group: 'a group',
  name,
  expected: 'ok',
  timeoutMs: 0,
  run: async () => ({ ok: true, observed: 'ok' }),
  ...over,
});

const suite = (title: string, checks: readonly Check[], over: Partial<Suite<RunningFleet>> = {}) => ({
  title,
  phase: 'concurrent' as const,
  available: () => undefined,
  checks: () => checks,
  ...over,
});

const names = (results: readonly { name: string }[]) => results.map(({ name }) => name);

/** A check that takes a moment and notes when it begins and ends. */
const noting = (events: string[], name: string, over: Partial<Check> = {}) =>
  check(name, {
    run: async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      events.push(`${name} ends`);
      return { ok: true, observed: 'ok' };
    },
    ...over,
  });

describe('suites', () => {
  test('run phase by phase, and inside a phase in the order of the list', async () => {
    const at = context();
    const { results } = await runSuites(
      [
        suite('last', [check('d')], { phase: 'disruptive' }),
        suite('first', [check('a')]),
        suite('third', [check('c')], { phase: 'sequential' }),
        suite('second', [check('b')]),
      ],
      at,
    );
    expect(names(results)).toEqual(['a', 'b', 'c', 'd']);
    expect(at.titles).toEqual(['first', 'second', 'third', 'last']);
  });

  test('that have no checks in a fleet are listed with the reason', async () => {
    const checks = jest.fn(() => []);
    const absent = suite('Replicas follow', [], { available: () => 'no database has a replica', checks });
    const { results, unavailable } = await runSuites([absent, suite('other', [check('a')])], context());
    expect(unavailable).toEqual([{ suite: 'Replicas follow', reason: 'no database has a replica' }]);
    expect(names(results)).toEqual(['a']);
    expect(checks).not.toHaveBeenCalled();
  });

  test.each([
    ['no checks', () => [], 'the suite is available and has no checks'],
    [
      'checks that cannot be made',
      () => Promise.reject(new Error('pod x is not ready')),
      'pod x is not ready',
    ],
  ])('that are available and have %s fail, and the others run', async (_, checks, observed) => {
    const { results } = await runSuites(
      [suite('Broken', [], { checks }), suite('other', [check('a')])],
      context(),
    );
    expect(results[0]).toMatchObject({ group: 'Broken', ok: false, observed });
    expect(names(results.slice(1))).toEqual(['a']);
  });

  test('evidence is kept of failures alone', async () => {
    const failing = check('b', { run: async () => ({ ok: false, observed: 'no' }) });
    const { results } = await runSuites([suite('s', [check('a'), failing])], context());
    expect(results.map(({ evidence }) => evidence)).toEqual([undefined, '/evidence']);
  });
});

describe('checks', () => {
  test('of a concurrent phase run at the same time, and results keep their order', async () => {
    const events: string[] = [];
    const { results } = await runSuites([suite('s', [noting(events, 'a'), noting(events, 'b')])], context());
    expect(events.slice(0, 2)).toEqual(['a begins', 'b begins']);
    expect(names(results)).toEqual(['a', 'b']);
  });

  test('of one sequence run in order, also where others run at the same time', async () => {
    const events: string[] = [];
    const sequence = 'replication of db';
    await runSuites(
      [
        suite('s', [noting(events, 'a', { sequence }), noting(events, 'b', { sequence })], {
          phase: 'beside replication',
        }),
        suite('t', [noting(events, 'c')], { phase: 'beside replication' }),
      ],
      context(),
    );
    expect(events.indexOf('a ends')).toBeLessThan(events.indexOf('b begins'));
    expect(events.indexOf('c begins')).toBeLessThan(events.indexOf('a ends'));
  });

  test.each(['sequential', 'disruptive'] as const)('of a %s phase run in order', async (phase) => {
    const events: string[] = [];
    await runSuites([suite('s', [noting(events, 'a'), noting(events, 'b')], { phase })], context());
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});

describe('a mutation that cannot be reverted', () => {
  const stuck = check('stuck', {
    run: () =>
      Promise.reject(
        new RevertError(
          {
            name: 'no Sidecar',
            objects: [{ cluster: 'west', kind: 'Sidecar', namespace: 'shop', name: 'default' }],
          },
          new Error('no answer'),
        ),
      ),
  });

  test('stops the run: no further check of its suite or of later ones starts', async () => {
    const later = jest.fn(async () => ({ ok: true, observed: 'ok' }));
    const at = context();
    const { results, stopped } = await runSuites(
      [
        suite('first', [check('a')]),
        suite('second', [stuck, check('b', { run: later })], { phase: 'sequential' }),
        suite('third', [check('c', { run: later })], { phase: 'sequential' }),
        suite('fourth', [check('d', { run: later })], { phase: 'disruptive' }),
      ],
      at,
    );
    expect(stopped).toMatch(/^the mutation 'no Sidecar' was not reverted: Sidecar shop\/default in west /);
    expect(names(results)).toEqual(['a', 'stuck']);
    expect(results[1]).toMatchObject({ ok: false });
    expect(later).not.toHaveBeenCalled();
    expect(at.titles).toEqual(['first', 'second']);
  });

  test('stops suites that run at the same time after their present check', async () => {
    const events: string[] = [];
    await runSuites(
      [
        suite('s', [stuck], { phase: 'beside replication' }),
        suite('t', [noting(events, 'a'), noting(events, 'b')], { phase: 'beside replication' }),
      ],
      context(),
    );
    expect(events).toEqual(['a begins', 'a ends']);
  });
});
