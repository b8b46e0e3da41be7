import type { KubeObject, NetworkPolicy, Pod } from '../../../lab/kubernetes/objects';
import { policyRules } from '../../../lab/network/network-policies';

const pod = (namespace: string, name: string, podIP: string, labels: Record<string, string> = {}): Pod => ({
  metadata: { name, namespace, uid: name, labels },
  spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort: 8080 }] }] },
  status: { podIP },
});
const namespace = (name: string): KubeObject => ({
  metadata: { name, uid: name, labels: { 'kubernetes.io/metadata.name': name } },
});
const policy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({
  metadata: { name: 'p', namespace: 'data', uid: 'p' },
  spec,
});
const pods = [
  pod('data', 'db', '10.0.0.1', { app: 'db' }),
  pod('data', 'app', '10.0.0.2', { app: 'app' }),
  pod('shop', 'till', '10.0.0.3', { app: 'app' }),
];
const rules = (...policies: NetworkPolicy[]) =>
  policyRules({ policies, pods, namespaces: ['data', 'shop'].map(namespace) });
/** What a pod's chain lets through, in order. */
const allowed = (text: string, address: string) => {
  const [, body = ''] =
    new RegExp(`chain to_${address.replaceAll('.', '_')} \\{\\n([^}]*(?:\\{[^}]*\\}[^}]*)*?)\\n\\}`).exec(
      text,
    ) ?? [];
  return body.split('\n').filter((line) => line !== '');
};

test('without a policy no pod is isolated', () => {
  expect(rules()).not.toContain('vmap');
  expect(rules()).not.toContain('drop');
});

test('an empty selector isolates every pod of its namespace, and no other', () => {
  const text = rules(policy({ podSelector: {}, policyTypes: ['Ingress'] }));
  expect(text).toContain('ip daddr vmap { 10.0.0.1 : jump to_10_0_0_1, 10.0.0.2 : jump to_10_0_0_2 }');
  expect(allowed(text, '10.0.0.1')).toEqual(['drop']);
});

test('a policy for egress alone isolates no pod from callers', () => {
  expect(rules(policy({ podSelector: {}, policyTypes: ['Egress'] }))).not.toContain('drop');
});

test('peers of the own namespace, of another, and of addresses; each with its ports', () => {
  const from = (peer: object, ports: object[] = [{ port: 3306, protocol: 'TCP' }]) =>
    allowed(
      rules(policy({ podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [peer], ports }] })),
      '10.0.0.1',
    )[0];
  const shop = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } };
  expect(from({ podSelector: { matchLabels: { app: 'app' } } })).toBe(
    'ip saddr { 10.0.0.2 } tcp dport 3306 accept',
  );
  expect(from(shop)).toBe('ip saddr { 10.0.0.3 } tcp dport 3306 accept');
  expect(from({ ...shop, podSelector: { matchLabels: { app: 'none' } } })).toBe('drop');
  expect(from({ ipBlock: { cidr: '10.9.0.0/16', except: ['10.9.1.0/24'] } })).toBe(
    'ip saddr 10.9.0.0/16 ip saddr != { 10.9.1.0/24 } tcp dport 3306 accept',
  );
  expect(from(shop, [{ port: 'web' }])).toBe('ip saddr { 10.0.0.3 } tcp dport 8080 accept');
  expect(from(shop, [{ port: 53, endPort: 60, protocol: 'UDP' }])).toBe(
    'ip saddr { 10.0.0.3 } udp dport 53-60 accept',
  );
  expect(from(shop, [{ port: 'unknown' }])).toBe('drop');
});

test('a rule without peers allows all callers, and policies add up', () => {
  const text = rules(
    policy({ podSelector: {}, policyTypes: ['Ingress'] }),
    policy({ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }),
    policy({ podSelector: {}, ingress: [{}] }),
  );
  expect(allowed(text, '10.0.0.2')).toEqual(['tcp dport 80 accept', 'accept', 'drop']);
});

test('expressions select as Kubernetes says', () => {
  const isolated = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values?: string[]) => {
    const text = rules(policy({ podSelector: { matchExpressions: [{ key: 'app', operator, values }] } }));
    return ['10.0.0.1', '10.0.0.2'].filter((address) => text.includes(`${address} : jump`));
  };
  expect(isolated('In', ['db'])).toEqual(['10.0.0.1']);
  expect(isolated('NotIn', ['db'])).toEqual(['10.0.0.2']);
  expect(isolated('Exists')).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(isolated('DoesNotExist')).toEqual([]);
});
