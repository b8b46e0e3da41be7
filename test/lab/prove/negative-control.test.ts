import { RevertError } from '../../../lab/prove/mutation';
import { type NegativeControl, negativeControl } from '../../../lab/prove/negative-control';

/** A fleet in which traffic flows unless the mutation is applied. */
function control(
  over: Partial<NegativeControl<boolean>> & {
    apply?: () => Promise<void>;
    revert?: () => Promise<void>;
  } = {},
) {
  const state = { flows: true, dialled: 0 };
  const { apply, revert, ...more } = over;
  const setFlows = (flows: boolean) => async () => {
    state.flows = flows;
  };
  const check = negativeControl<boolean>({
    name: 'no Sidecar',
    expected: 'the traffic stops',
    mutation: {
      name: 'no Sidecar',
      objects: [],
      apply: apply ?? setFlows(false),
      revert: revert ?? setFlows(true),
    },
    observe: async () => {
      state.dialled++;
      return state.flows;
    },
    isIntact: (flows) => flows,
    describe: (flows) => (flows ? 'answered' : 'no answer'),
    timeoutMs: 1,
    ...more,
  });
  return { check, state };
}

describe('a negative control', () => {
  test('passes where the traffic stops with the mutation and returns after the revert', async () => {
    await expect(control().check.run()).resolves.toEqual({
      ok: true,
      observed: 'with the mutation: no answer; reverted: answered',
    });
  });

  test('fails where the traffic goes on with the mutation', async () => {
    await expect(control({ apply: async () => undefined }).check.run()).resolves.toEqual({
      ok: false,
      observed: 'with the mutation: answered; reverted: answered',
    });
  });

  test('fails where the traffic does not return', async () => {
    await expect(control({ revert: async () => undefined }).check.run()).resolves.toEqual({
      ok: false,
      observed: 'with the mutation: no answer; reverted: no answer',
    });
  });

  test('fails without a mutation where there is no traffic to begin with', async () => {
    const apply = jest.fn();
    const { check, state } = control({ apply });
    state.flows = false;
    await expect(check.run()).resolves.toEqual({ ok: false, observed: 'before the mutation: no answer' });
    expect(apply).not.toHaveBeenCalled();
  });

  test('counts so many agreeing observations before, during and after', async () => {
    const { check, state } = control({ agreeing: 3, timeoutMs: 5000 });
    await expect(check.run()).resolves.toMatchObject({ ok: true });
    expect(state.dialled).toBe(9);
  });

  test('passes where istiod refuses the mutation, once the traffic has returned', async () => {
    const refusal = 'admission webhook "validation.istio.io" denied the request: hosts must be set\nmore';
    const { check, state } = control({ apply: () => Promise.reject(new Error(refusal)) });
    await expect(check.run()).resolves.toEqual({
      ok: true,
      observed: 'istiod’s webhook refuses the mutation: hosts must be set; reverted: answered',
    });
    expect(state.flows).toBe(true);
  });

  test('throws other errors of a mutation', async () => {
    const { check } = control({ apply: () => Promise.reject(new Error('connection refused')) });
    await expect(check.run()).rejects.toThrow('connection refused');
  });

  test('takes a revert that istiod refuses for a failed revert', async () => {
    const refusal = 'admission webhook "validation.istio.io" denied the request: no';
    const { check } = control({ revert: () => Promise.reject(new Error(refusal)) });
    await expect(check.run()).rejects.toBeInstanceOf(RevertError);
  });
});
