import { ask, firstLine, type Probe, type Verdict } from '../../../lab/prove/probe';

const probe = (patienceMs: number, ...answers: (Verdict | Error)[]): Probe & { asked: number } => {
  const made = {
    asked: 0,
    group: 'allowed',
    name: 'a probe',
    expected: 'an answer',
    patienceMs,
    ask: async () => {
      const answer = answers[Math.min(made.asked++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer as Verdict;
    },
  };
  return made;
};
const yes = { ok: true, seen: 'yes' };
const no = { ok: false, seen: 'no' };

describe('asking a probe', () => {
  test('asks again while there is patience, and reports the answer that counted', async () => {
    const patient = probe(5000, no, yes);
    await expect(ask(patient)).resolves.toMatchObject({
      ok: true,
      seen: 'yes',
      name: 'a probe',
      group: 'allowed',
    });
    expect(patient.asked).toBe(2);
  });

  test('without patience asks once', async () => {
    const once = probe(0, no, yes);
    await expect(ask(once)).resolves.toMatchObject({ ok: false, seen: 'no' });
    expect(once.asked).toBe(1);
  });

  test('what cannot be asked has failed, with the first line of why', async () => {
    await expect(ask(probe(0, new Error('no such pod\n  at somewhere')))).resolves.toMatchObject({
      ok: false,
      seen: 'no such pod',
    });
  });

  test('a first line is not endless', () => {
    expect(firstLine(`\n${'x'.repeat(1000)}`)).toHaveLength(300);
  });
});
