import { Cluster, type ClusterProps, Offer, Protocol } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { ofKind, only, refusal } from '../support/objects';
import { objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

const a = () => new Cluster({ name: 'cluster-a', network: 'network1', gatewayAddress: '203.0.113.10' });
const b = (more: Partial<ClusterProps> = {}) =>
  new Cluster({ name: 'cluster-b', network: 'network2', ...more });

test('a registry-only namespace sees its own, the entries for other clusters among it, and goes nowhere else', () => {
  const offering = a();
  const limited = b({ registryOnlyNamespaces: ['demo-dr'] });
  const fleet = fleetOf([offering, limited]);
  fleet.offer(hello(offering, limited));
  const { metadata, spec } = only(objectsIn(fleet, 'cluster-b'), 'Sidecar');
  expect(metadata).toEqual({ name: 'default', namespace: 'demo-dr' });
  expect(spec).toEqual({
    egress: [{ hosts: ['./*'] }],
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  });
});

test('without the wish there is no Sidecar', () => {
  const { a: offering, b: consuming } = twoClusters();
  const fleet = fleetOf([offering, consuming]);
  fleet.offer(hello(offering, consuming));
  expect(ofKind(objectsIn(fleet, 'cluster-b'), 'Sidecar')).toEqual([]);
});

test('a discovered Service is named in its owner’s namespace', () => {
  const api = (n: number) => `https://203.0.113.${n}:6443`;
  const offering = new Cluster({
    ...{ name: 'cluster-a', network: 'network1', gatewayAddress: '203.0.113.10', apiServer: api(11) },
  });
  const limited = b({ apiServer: api(21), registryOnlyNamespaces: ['demo-dr'] });
  const fleet = fleetOf([offering, limited], { discovery: true });
  fleet.offer(
    Offer.service({
      ...{ from: offering, namespace: 'demo', name: 'web', podLabels: { app: 'web' }, port: 80 },
      protocol: Protocol.HTTP,
      to: [limited.namespace('demo-dr')],
    }),
  );
  const { spec } = only(objectsIn(fleet, 'cluster-b'), 'Sidecar');
  expect(spec.egress[0].hosts).toEqual(['./*', 'demo/web.demo.svc.cluster.local']);
});

test('a discovered Service of the same namespace is not named a second time', () => {
  const offering = new Cluster({
    ...{ name: 'cluster-a', network: 'network1', gatewayAddress: '203.0.113.10' },
    apiServer: 'https://203.0.113.11:6443',
  });
  const limited = b({ apiServer: 'https://203.0.113.21:6443', registryOnlyNamespaces: ['demo'] });
  const fleet = fleetOf([offering, limited], { discovery: true });
  fleet.offer(
    Offer.service({
      ...{ from: offering, namespace: 'demo', name: 'web', podLabels: { app: 'web' }, port: 80 },
      protocol: Protocol.HTTP,
      to: [limited.namespace('demo')],
    }),
  );
  expect(only(objectsIn(fleet, 'cluster-b'), 'Sidecar').spec.egress[0].hosts).toEqual(['./*']);
});

test('a database’s operator still reaches the Kubernetes API', () => {
  const source = a();
  const limited = b({ registryOnlyNamespaces: ['copy'] });
  const fleet = fleetOf([source, limited]);
  fleet.database({ name: 'db', source: source.namespace('data'), replicas: [limited.namespace('copy')] });
  const { spec } = only(objectsIn(fleet, 'cluster-b'), 'Sidecar');
  expect(spec.egress[0].hosts).toEqual(['./*', 'default/kubernetes.default.svc.cluster.local']);
});

test('a namespace that no offer names is refused, with those that are', () => {
  const offering = a();
  const limited = b({ registryOnlyNamespaces: ['demo'] });
  const fleet = fleetOf([offering, limited]);
  fleet.offer(hello(offering, limited));
  expect(refusal(() => requireValid(fleet))).toEqual([
    expect.stringMatching(
      /^clusters\[1\]\.registryOnlyNamespaces\[0\]: must be a namespace that an offer names for 'cluster-b' \(demo-dr\), got 'demo'; /,
    ),
  ]);
});

test('clusters with one istiod limit a namespace together', () => {
  const api = (n: number) => `https://203.0.113.${n}:6443`;
  const primary = new Cluster({
    ...{ name: 'cluster-a', network: 'network1', gatewayAddress: '203.0.113.10', apiServer: api(11) },
  });
  const both = (limited: boolean) => {
    const remote = b({
      primary,
      gatewayAddress: '203.0.113.20',
      apiServer: api(21),
      registryOnlyNamespaces: ['desk'],
    });
    const third = new Cluster({
      ...{ name: 'cluster-c', network: 'network3', primary, apiServer: api(31) },
      registryOnlyNamespaces: limited ? ['desk'] : undefined,
    });
    const fleet = fleetOf([primary, remote, third]);
    fleet.offer(hello(primary, remote, { to: [remote.namespace('desk'), third.namespace('desk')] }));
    return fleet;
  };
  expect(refusal(() => requireValid(both(false)))).toEqual([
    expect.stringMatching(
      /^clusters\[1\]\.registryOnlyNamespaces\[0\]: must be registry-only in 'cluster-c' too, which has the namespace and the same istiod, got 'desk'; /,
    ),
  ]);
  expect(ofKind(objectsIn(both(true), 'cluster-a'), 'Sidecar')).toHaveLength(1);
});

test.each([
  [[], /must be a list of at least 1/],
  [['a b'], /registryOnlyNamespaces\[0\]: must be a DNS label/],
  ['demo-dr', /must be a list of at least 1/],
])('%j is refused', (registryOnlyNamespaces, message) => {
  const offering = a();
  const limited = b({ registryOnlyNamespaces: registryOnlyNamespaces as never });
  const fleet = fleetOf([offering, limited]);
  fleet.offer(hello(offering, limited));
  expect(refusal(() => requireValid(fleet)).join('\n')).toMatch(message);
});
