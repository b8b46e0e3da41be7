import type { EndpointSlice, Service } from '../../../lab/kubernetes/objects';
import { rule } from '../../../lab/network/node-rules';
import { serviceTable } from '../../../lab/services/service-table';

const slice = (service: string, hostname?: string): EndpointSlice => ({
  metadata: {
    name: `${service}-x`,
    namespace: 'n',
    uid: '',
    labels: { 'kubernetes.io/service-name': service },
  },
  addressType: 'IPv4',
  endpoints: [
    { addresses: ['10.10.1.1'], hostname, conditions: { ready: true } },
    { addresses: ['10.10.1.2'], conditions: { ready: false } },
  ],
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
});

const service = (name: string, spec: Partial<Service['spec']>): Service => ({
  metadata: { name, namespace: 'n', uid: '' },
  spec: { ports: [{ name: 'http', port: 80 }], ...spec },
});

describe('Services in the lab', () => {
  test('a headless Service is its ready pods, each under its own name too', () => {
    const { names, forwards } = serviceTable(
      [service('s', { clusterIP: 'None' })],
      [slice('s', 's-0')],
      () => undefined,
    );
    expect(names).toEqual({
      's.n.svc.cluster.local': ['10.10.1.1'],
      's-0.s.n.svc.cluster.local': ['10.10.1.1'],
    });
    expect(forwards).toEqual([]);
  });

  test('a load balancer has its cluster address, its outer address and its node port', () => {
    const balanced = service('s', {
      type: 'LoadBalancer',
      clusterIP: '10.15.0.9',
      ports: [{ name: 'http', port: 80, nodePort: 30080 }],
    });
    const { forwards } = serviceTable([balanced], [slice('s')], () => ({
      address: '203.0.113.10',
    }));
    expect(forwards.map(rule)).toEqual([
      'ip daddr 10.15.0.9 tcp dport 80 dnat ip to 10.10.1.1:8080',
      'ip daddr 203.0.113.10 tcp dport 80 dnat ip to 10.10.1.1:8080',
      'fib daddr type local tcp dport 30080 dnat ip to 10.10.1.1:8080',
    ]);
  });

  test('an outer address has the ports that are mapped to a Service of any type, for the named sources alone', () => {
    const { forwards } = serviceTable(
      [
        service('s', {
          type: 'NodePort',
          clusterIP: '10.15.0.9',
          loadBalancerSourceRanges: ['198.51.100.0/24', '2001:db8::/48'],
        }),
      ],
      [slice('s')],
      () => ({ address: '203.0.113.10', ports: { 80: 443 } }),
    );
    expect(forwards.map(rule)).toEqual([
      'ip daddr 10.15.0.9 tcp dport 80 dnat ip to 10.10.1.1:8080',
      'ip saddr { 198.51.100.0/24 } ip daddr 203.0.113.10 tcp dport 443 dnat ip to 10.10.1.1:8080',
    ]);
  });

  test('several endpoints take turns', () => {
    const targets = ['10.0.0.1', '10.0.0.2'].map((address) => ({ address, port: 80 }));
    expect(rule({ address: '10.15.0.9', protocol: 'TCP', port: 80, targets })).toBe(
      'ip daddr 10.15.0.9 tcp dport 80 dnat ip to numgen inc mod 2 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 80 }',
    );
  });
});
