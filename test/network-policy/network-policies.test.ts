import {
  DefaultDeny,
  GatewayNetworkPolicy,
  OfferedNetworkPolicy,
  type OfferedNetworkPolicyProps,
  OperatorNetworkPolicy,
  PxcNetworkPolicy,
  type PxcNetworkPolicyProps,
} from '../../lib';
import { type AnyObject, constructRefusal, only, synth } from '../support/objects';

const ports = (rule: AnyObject): number[] => rule.ports.map(({ port }: AnyObject) => port);
const byName = (objects: AnyObject[], name: string) => objects.find(({ metadata }) => metadata.name === name);
const everyPolicyLimitsIngressOnly = (objects: AnyObject[]) => {
  for (const { spec } of objects) expect(spec.policyTypes).toEqual(['Ingress']);
};

describe('a namespace that is closed by default', () => {
  test('selects every pod and lets nobody in', () => {
    const { metadata, spec } = only(
      synth((chart) => new DefaultDeny(chart, 'deny'), 'wookie'),
      'NetworkPolicy',
    );
    expect(metadata).toMatchObject({ name: 'default-deny-ingress', namespace: 'wookie' });
    expect(spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  });

  test('takes another name and namespace', () => {
    const objects = synth((chart) => new DefaultDeny(chart, 'deny', { name: 'closed', namespace: 'db' }));
    expect(only(objects, 'NetworkPolicy').metadata).toMatchObject({ name: 'closed', namespace: 'db' });
  });
});

describe('the gateway', () => {
  const policy = (props = {}) =>
    only(
      synth((chart) => new GatewayNetworkPolicy(chart, 'gateway', props)),
      'NetworkPolicy',
    );

  test('takes the mesh’s port, readiness and metrics, and nothing else', () => {
    const { metadata, spec } = policy();
    expect(metadata).toEqual({ name: 'istio-eastwestgateway', namespace: 'istio-system' });
    expect(spec.podSelector.matchLabels).toEqual({ app: 'istio-eastwestgateway', istio: 'eastwestgateway' });
    expect(spec.ingress.map(ports)).toEqual([[15443], [15021, 15020, 15090]]);
    expect(spec.ingress[0]).not.toHaveProperty('from');
    everyPolicyLimitsIngressOnly([policy()]);
  });

  test('takes the mesh’s port from the peers’ ranges alone, where they are given', () => {
    const [mesh, status] = policy({ sourceRanges: ['198.51.100.0/24', '2001:db8::/32'] }).spec.ingress;
    expect(mesh.from).toEqual([
      { ipBlock: { cidr: '198.51.100.0/24' } },
      { ipBlock: { cidr: '2001:db8::/32' } },
    ]);
    expect(status).not.toHaveProperty('from');
  });

  test('takes istiod’s ports where it exposes istiod', () => {
    expect(policy({ exposesIstiod: true }).spec.ingress.map(ports)[0]).toEqual([15443, 15012, 15017]);
  });

  test('can be another', () => {
    const { metadata, spec } = policy({ name: 'cross-network', namespace: 'gateways' });
    expect(metadata).toEqual({ name: 'cross-network', namespace: 'gateways' });
    expect(spec.podSelector.matchLabels.app).toBe('cross-network');
  });

  test('an empty list of ranges, which would let in everybody, is refused', () => {
    expect(
      constructRefusal((chart) => new GatewayNetworkPolicy(chart, 'gateway', { sourceRanges: [] })),
    ).toEqual([expect.stringMatching(/^\[test\/gateway\] sourceRanges: must be a list of at least 1 /)]);
  });
});

describe('offered pods', () => {
  const props: OfferedNetworkPolicyProps = { name: 'web-offered', podLabels: { app: 'web' }, port: 8080 };
  const policy = (more: Partial<OfferedNetworkPolicyProps> = {}) =>
    only(
      synth((chart) => new OfferedNetworkPolicy(chart, 'web', { ...props, ...more }), 'shop'),
      'NetworkPolicy',
    );
  const ofNamespace = (name: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  });
  const gateway = (app: string) => ({
    ...ofNamespace('istio-system'),
    podSelector: { matchLabels: { app, istio: 'eastwestgateway' } },
  });

  test('take their port from their own namespace', () => {
    const { metadata, spec } = policy();
    expect(metadata).toEqual({ name: 'web-offered', namespace: 'shop' });
    expect(spec.podSelector.matchLabels).toEqual({ app: 'web' });
    expect(spec.ingress).toEqual([{ from: [{ podSelector: {} }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test('from the gateway’s pods, and not from others of its namespace', () => {
    const { from } = policy({ gatewayNamespace: 'istio-system' }).spec.ingress[0];
    expect(from).toEqual([gateway('istio-eastwestgateway'), { podSelector: {} }]);
    const other = policy({ gatewayNamespace: 'istio-system', gatewayName: 'gw' }).spec.ingress[0];
    expect(other.from[0]).toEqual(gateway('gw'));
  });

  test('from further namespaces', () => {
    expect(policy({ localNamespaces: ['desk'] }).spec.ingress[0].from).toEqual([
      { podSelector: {} },
      ofNamespace('desk'),
    ]);
  });

  test('from everywhere, where callers cannot be told by their addresses; but on that port only', () => {
    expect(policy({ fromEverywhere: true }).spec.ingress).toEqual([
      { ports: [{ port: 8080, protocol: 'TCP' }] },
    ]);
  });
});

describe('a PerconaXtraDBCluster', () => {
  const objects = (more: Partial<PxcNetworkPolicyProps> = {}) =>
    synth((chart) => new PxcNetworkPolicy(chart, 'db', { name: 'db', ...more }), 'wookie');
  const members = {
    podSelector: {
      matchLabels: { 'app.kubernetes.io/instance': 'db', 'app.kubernetes.io/name': 'percona-xtradb-cluster' },
    },
  };
  const operator = { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'operator' } } };
  const own = { podSelector: {} };

  test('its pods: clients MySQL, the database’s pods Galera, and with the operator the administrative port', () => {
    const { metadata, spec } = byName(objects(), 'db-pxc');
    expect(metadata.namespace).toBe('wookie');
    expect(spec.podSelector.matchLabels).toMatchObject({
      'app.kubernetes.io/component': 'pxc',
      'app.kubernetes.io/instance': 'db',
    });
    expect(spec.ingress.map((rule: AnyObject) => [rule.from, ports(rule)])).toEqual([
      [[own], [3306]],
      [[members], [33060, 4444, 4567, 4568]],
      [
        [members, operator],
        [3306, 33062],
      ],
    ]);
  });

  test('its proxies: clients every port of MySQL’s, the operator the administrative port', () => {
    const { spec } = byName(objects(), 'db-haproxy');
    expect(spec.podSelector.matchLabels['app.kubernetes.io/component']).toBe('haproxy');
    expect(spec.ingress.map((rule: AnyObject) => [rule.from, ports(rule)])).toEqual([
      [[own], [3306, 3307, 3309, 33060]],
      [
        [members, operator],
        [3306, 33062],
      ],
    ]);
    everyPolicyLimitsIngressOnly(objects());
  });

  test('clients of other namespaces get MySQL and nothing else', () => {
    const shop = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } };
    for (const name of ['db-pxc', 'db-haproxy']) {
      const { spec } = byName(objects({ clientNamespaces: ['shop'] }), name);
      const open = spec.ingress.filter(({ from }: AnyObject) => JSON.stringify(from).includes('shop'));
      expect(open).toHaveLength(1);
      expect(open[0].from).toEqual([own, shop]);
      expect(ports(open[0])).toContain(3306);
      expect(ports(open[0])).not.toContain(33062);
    }
  });

  test('an operator of another namespace is found there', () => {
    const { spec } = byName(objects({ operatorNamespace: 'pxc-operator' }), 'db-pxc');
    expect(spec.ingress[2].from[1]).toEqual({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'pxc-operator' } },
      ...operator,
    });
  });

  test('the operator’s webhook is open to API servers, wherever they are', () => {
    const { spec } = only(
      synth((chart) => new OperatorNetworkPolicy(chart, 'operator'), 'wookie'),
      'NetworkPolicy',
    );
    expect(spec.podSelector).toEqual(operator.podSelector);
    expect(spec.ingress).toEqual([{ ports: [{ port: 9443, protocol: 'TCP' }] }]);
  });

  test('wrong props are named', () => {
    expect(
      constructRefusal(
        (chart) => new PxcNetworkPolicy(chart, 'db', { name: 'DB', clientNamespaces: ['a b'] }),
      ),
    ).toEqual([
      expect.stringMatching(/^\[test\/db\] name: must be a DNS label of at most 22 /),
      expect.stringMatching(/^\[test\/db\] clientNamespaces\[0\]: must be a DNS label/),
    ]);
  });
});
