import { expand } from '../../../lab/kubelet/environment';
import { fieldValue, quantity, resourceValue } from '../../../lab/kubelet/fields';
import type { Pod } from '../../../lab/kubernetes/objects';

const pod: Pod = {
  metadata: { name: 'db-0', namespace: 'wookie', uid: 'u', labels: { app: 'db', 'a/b': 'c "d"' } },
  spec: { containers: [{ name: 'db' }], serviceAccountName: 'db' },
};
const context = { podAddress: '10.10.1.1', nodeAddress: '172.24.0.1', nodeName: 'node' };

describe('the stand-in kubelet', () => {
  test.each([
    ['metadata.name', 'db-0'],
    ["metadata.labels['a/b']", 'c "d"'],
    ["metadata.annotations['none']", ''],
    ['metadata.labels', 'app="db"\na/b="c \\"d\\""\n'],
    ['spec.serviceAccountName', 'db'],
    ['status.podIP', '10.10.1.1'],
    ['status.hostIP', '172.24.0.1'],
  ])('resolves the field %s', (path, expected) => {
    expect(fieldValue(pod, path, context)).toBe(expected);
  });

  test('names the pod and the path when a field does not exist', () => {
    expect(() => fieldValue(pod, 'spec.nothing', context)).toThrow('pod db-0: field path spec.nothing');
  });

  test.each([
    ['500m', 0.5],
    ['2', 2],
    ['1Gi', 2 ** 30],
    ['1G', 1e9],
    ['1.5k', 1500],
  ])('reads the quantity %s', (text, expected) => {
    expect(quantity(text)).toBe(expected);
  });

  test('gives limits in units of the divisor, rounded up', () => {
    const container = { name: 'c', resources: { limits: { cpu: '1500m', memory: '1Gi' } } };
    expect(resourceValue(container, 'limits.cpu')).toBe('2');
    expect(resourceValue(container, 'limits.cpu', '1m')).toBe('1500');
    expect(resourceValue(container, 'limits.memory', '1Mi')).toBe('1024');
  });

  test('expands known variables, leaves unknown ones, and reads $$ as $', () => {
    expect(expand('$(A)-$(B)-$$(A)', { A: '1' })).toBe('1-$(B)-$(A)');
  });
});
