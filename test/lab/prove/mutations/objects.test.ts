import type { Lab } from '../../../../lab/lab';
import type { Manifest } from '../../../../lab/prove/manifests';
import { type ObjectChange, objectMutation } from '../../../../lab/prove/mutations/objects';

const entry = (name: string, location = 'MESH_INTERNAL'): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name, namespace: 'shop' },
  spec: { location },
});

/** What a change has kubectl do in a cluster. */
function mutation(change: Partial<ObjectChange>) {
  const calls: string[] = [];
  const kubectl = {
    run: async (args: readonly string[]) => void calls.push(args.join(' ')),
    applyText: async (text: string) => {
      const { metadata, spec } = JSON.parse(text) as Manifest;
      calls.push(`apply ${metadata.name} ${spec.location}`);
    },
  };
  const lab = { cluster: () => ({ kubectl }) } as unknown as Lab;
  const made = objectMutation(lab, { name: 'm', cluster: 'west', original: [], changed: [], ...change });
  return { made, calls };
}

const deletion = (name: string) =>
  `delete ServiceEntry.v1.networking.istio.io ${name} --ignore-not-found -n shop`;

describe('a mutation of objects', () => {
  test('deletes what it leaves out, changes the rest, and applies all of dist again', async () => {
    const { made, calls } = mutation({
      original: [entry('a'), entry('b')],
      changed: [entry('b', 'MESH_EXTERNAL')],
    });
    await made.apply();
    expect(calls.splice(0)).toEqual([deletion('a'), 'apply b MESH_EXTERNAL']);
    await made.revert();
    expect(calls).toEqual(['apply a MESH_INTERNAL', 'apply b MESH_INTERNAL']);
  });

  test('adds objects that dist does not have, and deletes them again', async () => {
    const { made, calls } = mutation({ changed: [entry('c')] });
    await made.apply();
    await made.revert();
    expect(calls).toEqual(['apply c MESH_INTERNAL', deletion('c')]);
  });

  test('makes objects anew where applying them again does not restore them', async () => {
    const { made, calls } = mutation({
      original: [entry('a')],
      changed: [entry('a', 'MESH_EXTERNAL')],
      isRecreated: true,
    });
    await made.apply();
    await made.revert();
    expect(calls).toEqual(['apply a MESH_EXTERNAL', deletion('a'), 'apply a MESH_INTERNAL']);
  });

  test('names its objects by cluster, kind, namespace and name', () => {
    const { made } = mutation({ original: [entry('a')], changed: [entry('a'), entry('c')] });
    const object = { cluster: 'west', kind: 'ServiceEntry', namespace: 'shop' };
    expect(made.objects).toEqual([
      { ...object, name: 'a' },
      { ...object, name: 'c' },
    ]);
  });
});
