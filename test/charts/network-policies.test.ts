import { Cluster, type Fleet, NetworkPath, Offer, Protocol } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { type AnyObject, ofKind, refusal } from '../support/objects';
import { objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

function withDatabase(more: object = {}, fleetProps: object = {}) {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b], fleetProps);
  fleet.database({ name: 'db', source: a.namespace('data'), replicas: [b.namespace('copy')], ...more });
  return { a, b, fleet };
}
const policies = (fleet: Fleet, cluster: string) => ofKind(objectsIn(fleet, cluster), 'NetworkPolicy');
const names = (fleet: Fleet, cluster: string) =>
  policies(fleet, cluster).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
const named = (fleet: Fleet, cluster: string, name: string): AnyObject => {
  const found = policies(fleet, cluster).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`${cluster} has no NetworkPolicy ${name}`);
  return found;
};

test('a namespace with a database is closed on both sides, and the source’s is open to its gateway', () => {
  const { fleet } = withDatabase();
  expect(names(fleet, 'cluster-a')).toEqual([
    'istio-system/istio-eastwestgateway',
    ...['default-deny-ingress', 'pxc-operator-webhook', 'db-pxc', 'db-haproxy', 'db-pxc-offered'].map(
      (name) => `data/${name}`,
    ),
  ]);
  expect(names(fleet, 'cluster-b')).toEqual(
    ['default-deny-ingress', 'pxc-operator-webhook', 'db-pxc', 'db-haproxy'].map((name) => `copy/${name}`),
  );
  const [{ from }] = named(fleet, 'cluster-a', 'db-pxc-offered').spec.ingress;
  expect(from[0].namespaceSelector.matchLabels).toEqual({ 'kubernetes.io/metadata.name': 'istio-system' });
});

test('namespaces without a database stay as they are', () => {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b));
  expect(names(fleet, 'cluster-a')).toEqual(['istio-system/istio-eastwestgateway']);
  expect(names(fleet, 'cluster-b')).toEqual([]);
});

test('none are written where the fleet wants none', () => {
  const { fleet } = withDatabase({}, { networkPolicies: false });
  expect([...names(fleet, 'cluster-a'), ...names(fleet, 'cluster-b')]).toEqual([]);
});

test('clients of a cluster get into its member, and into no other', () => {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.database({
    name: 'db',
    source: a.namespace('data'),
    replicas: [b.namespace('copy')],
    clients: [a.namespace('shop'), b.namespace('report'), a.namespace('data')],
  });
  const clients = (cluster: string) =>
    named(fleet, cluster, 'db-pxc')
      .spec.ingress[0].from.flatMap((peer: AnyObject) => peer.namespaceSelector?.matchLabels ?? [])
      .map((labels: AnyObject) => labels['kubernetes.io/metadata.name']);
  expect(clients('cluster-a')).toEqual(['shop']);
  expect(clients('cluster-b')).toEqual(['report']);
});

test('an operator that serves several namespaces is let in from its own, and its webhook is not here', () => {
  const { fleet } = withDatabase({ operatorNamespace: 'pxc-operator' });
  expect(names(fleet, 'cluster-a')).not.toContain('data/pxc-operator-webhook');
  const [, , admin] = named(fleet, 'cluster-a', 'db-pxc').spec.ingress;
  expect(JSON.stringify(admin.from)).toContain('"kubernetes.io/metadata.name":"pxc-operator"');
});

test('what else a closed namespace offers is open to the gateway, pod by pod where no labels are known', () => {
  const offering = (more: object) => {
    const { a, b, fleet } = withDatabase();
    fleet.offer(hello(a, b, { namespace: 'data', replicas: 2, ...more }));
    return fleet;
  };
  const labelled = names(offering({ name: 'web', podLabels: { app: 'web' } }), 'cluster-a');
  expect(labelled).toContain('data/web-offered');
  const fleet = offering({});
  expect(names(fleet, 'cluster-a')).toEqual(
    expect.arrayContaining(['data/hello-0-offered', 'data/hello-1-offered']),
  );
  expect(named(fleet, 'cluster-a', 'hello-1-offered').spec.podSelector.matchLabels).toEqual({
    'statefulset.kubernetes.io/pod-name': 'hello-1',
  });
});

test('what is dialled by node ports is open to all addresses on that port', () => {
  const a = new Cluster({ name: 'cluster-a', network: 'network1', nodeAddresses: ['203.0.113.11'] });
  const b = new Cluster({ name: 'cluster-b', network: 'network2' });
  const fleet = fleetOf([a, b]);
  fleet.database({
    name: 'db',
    source: a.namespace('data'),
    replicas: [b.namespace('copy')],
    via: NetworkPath.nodePort({ firstNodePort: 30306 }),
  });
  expect(named(fleet, 'cluster-a', 'db-pxc-offered').spec.ingress).toEqual([
    { ports: [{ port: 3306, protocol: 'TCP' }] },
  ]);
});

test('a discovered Service in a closed namespace is open to the namespaces that it names', () => {
  const api = (n: number) => `https://203.0.113.${n}:6443`;
  const a = new Cluster({ name: 'a', network: 'n1', gatewayAddress: '203.0.113.10', apiServer: api(11) });
  const b = new Cluster({ name: 'b', network: 'n2', apiServer: api(21) });
  const fleet = fleetOf([a, b], { discovery: true });
  fleet.database({ name: 'db', source: a.namespace('data'), replicas: [b.namespace('copy')] });
  fleet.offer(
    Offer.service({
      ...{ from: a, namespace: 'data', name: 'admin', podLabels: { app: 'admin' }, port: 80 },
      protocol: Protocol.HTTP,
      localNamespaces: ['desk'],
      to: [b.namespace('remote-desk')],
    }),
  );
  const [{ from }] = named(fleet, 'a', 'admin-offered').spec.ingress;
  expect(
    from.map((peer: AnyObject) => peer.namespaceSelector?.matchLabels['kubernetes.io/metadata.name']),
  ).toEqual(['istio-system', undefined, 'desk']);
});

test.each([
  [{ externalTrafficPolicy: 'Local' }, true],
  [{ externalTrafficPolicy: 'Cluster' }, false],
  [{}, false],
])('a gateway with %j names its peers’ ranges: %s', (settings, isNamed) => {
  const gateway = { loadBalancerSourceRanges: ['198.51.100.0/24'], ...settings };
  const a = new Cluster({ name: 'cluster-a', network: 'n1', gatewayAddress: '203.0.113.10', gateway });
  const { b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b));
  const [{ from }] = named(fleet, 'cluster-a', 'istio-eastwestgateway').spec.ingress;
  expect(from).toEqual(isNamed ? [{ ipBlock: { cidr: '198.51.100.0/24' } }] : undefined);
});

describe('clients that cannot be', () => {
  test('an account, which NetworkPolicy does not know', () => {
    const { a, fleet } = withDatabase();
    fleet.database({
      name: 'db2',
      source: a.namespace('data2'),
      replicas: [],
      clients: [a.namespace('shop').serviceAccount('till')],
    });
    expect(refusal(() => requireValid(fleet))).toEqual([
      expect.stringMatching(
        /^databases\[1\]\.clients\[0\]: must be a namespace as a whole: .*, got account 'till' of 'shop'; leave out the account/,
      ),
    ]);
  });

  test('a namespace of a cluster that has no member', () => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.database({ name: 'db', source: a.namespace('data'), replicas: [], clients: [b.namespace('shop')] });
    expect(refusal(() => requireValid(fleet))).toEqual([
      expect.stringMatching(
        /^databases\[0\]\.clients\[0\]: must be in a cluster where the database has a member, got 'shop' in 'cluster-b'; /,
      ),
    ]);
  });

  test('what is no namespace at all', () => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.database({ name: 'db', source: a.namespace('data'), replicas: [], clients: ['shop' as never] });
    expect(refusal(() => requireValid(fleet))).toEqual([
      expect.stringMatching(/^databases\[0\]\.clients\[0\]: must be a ClusterNamespace, got 'shop'; /),
    ]);
  });
});
