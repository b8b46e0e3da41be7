import { type Mutation, once, RevertError, withMutation } from '../../../lab/prove/mutation';

const sidecar = { cluster: 'west', kind: 'Sidecar', namespace: 'shop', name: 'default' };

function recorded(over: Partial<Mutation> = {}): Mutation & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    name: 'no Sidecar',
    objects: [sidecar],
    apply: async () => void calls.push('apply'),
    revert: async () => void calls.push('revert'),
    ...over,
    calls,
  };
}

describe('a mutation', () => {
  test('is applied, observed and reverted', async () => {
    const mutation = recorded();
    const observe = async () => {
      mutation.calls.push('observe');
      return 7;
    };
    await expect(withMutation(mutation, observe)).resolves.toBe(7);
    expect(mutation.calls).toEqual(['apply', 'observe', 'revert']);
  });

  test('is reverted where the observation throws', async () => {
    const mutation = recorded();
    const observe = () => Promise.reject(new Error('no answer'));
    await expect(withMutation(mutation, observe)).rejects.toThrow('no answer');
    expect(mutation.calls).toEqual(['apply', 'revert']);
  });

  test('is reverted where only a part of it could be applied', async () => {
    const mutation = recorded({ apply: () => Promise.reject(new Error('refused')) });
    await expect(withMutation(mutation, async () => 1)).rejects.toThrow('refused');
    expect(mutation.calls).toEqual(['revert']);
  });

  test('that cannot be reverted is an error that names it, its objects and their cluster', async () => {
    const mutation = recorded({ revert: () => Promise.reject(new Error('connection refused')) });
    const outcome = withMutation(mutation, async () => 1);
    await expect(outcome).rejects.toBeInstanceOf(RevertError);
    await expect(outcome).rejects.toThrow(
      "the mutation 'no Sidecar' was not reverted: Sidecar shop/default in west may still be changed, so the run stops: connection refused",
    );
  });

  test('keeps the error of a mutation inside it', async () => {
    const inner = recorded({ name: 'inner', revert: () => Promise.reject(new Error('gone')) });
    const outer = recorded({ name: 'outer' });
    await expect(withMutation(outer, () => withMutation(inner, async () => 1))).rejects.toThrow("'inner'");
    expect(outer.calls).toEqual(['apply', 'revert']);
  });
});

test('work that several checks read is done once', async () => {
  const work = jest.fn(async () => 7);
  const outcome = once(work);
  expect([await outcome(), await outcome()]).toEqual([7, 7]);
  expect(work).toHaveBeenCalledTimes(1);
});
