import { type Check, firstLine, type Observation, runCheck } from '../../../lab/prove/check';
import { RevertError } from '../../../lab/prove/mutation';

const check = (timeoutMs: number, ...outcomes: (Observation | Error)[]): Check & { runs: number } => {
  const made = {
    runs: 0,
    group: 'allowed callers',
    name: 'a check',
    expected: 'an answer',
    timeoutMs,
    run: async () => {
      const outcome = outcomes[Math.min(made.runs++, outcomes.length - 1)];
      if (outcome instanceof Error) throw outcome;
      return outcome as Observation;
    },
  };
  return made;
};
const yes = { ok: true, observed: 'yes' };
const no = { ok: false, observed: 'no' };

describe('running a check', () => {
  test('runs again until the deadline, and reports the observation that counted', async () => {
    const repeated = check(5000, no, yes);
    await expect(runCheck(repeated)).resolves.toMatchObject({
      ok: true,
      observed: 'yes',
      name: 'a check',
      group: 'allowed callers',
    });
    expect(repeated.runs).toBe(2);
  });

  test('without a timeout it runs once', async () => {
    const single = check(0, no, yes);
    await expect(runCheck(single)).resolves.toMatchObject({ ok: false, observed: 'no' });
    expect(single.runs).toBe(1);
  });

  test('a check that throws has failed, with the first line of the error', async () => {
    await expect(runCheck(check(0, new Error('no such pod\n  at somewhere')))).resolves.toMatchObject({
      ok: false,
      observed: 'no such pod',
    });
  });

  test('a mutation that was not reverted is no result but an error, and the check does not run again', async () => {
    const error = new RevertError({ name: 'no Sidecar', objects: [] }, new Error('no answer'));
    const mutating = check(5000, error, yes);
    await expect(runCheck(mutating)).rejects.toBe(error);
    expect(mutating.runs).toBe(1);
  });

  test('a first line is not endless', () => {
    expect(firstLine(`\n${'x'.repeat(1000)}`)).toHaveLength(300);
  });
});
