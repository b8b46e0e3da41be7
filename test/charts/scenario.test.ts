import { Chart } from 'cdk8s';
import { Cluster, type Fleet, FleetManifests, Stage } from '../../lib';
import * as k8s from '../../lib/kinds';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { ofKind, only } from '../support/objects';
import { objectsIn } from '../support/rendered';

/** What main.ts describes, without its workloads. */
function scenario(): Fleet {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b, { podLabels: { app: 'hello' }, serviceAccount: 'hello' }));
  fleet.database({
    name: 'db',
    source: a.namespace('wookie'),
    replicas: [b.namespace('wookie-dr')],
    channel: 'a_to_b',
  });
  return fleet;
}

const names = (objects: { metadata: { name: string } }[]) => objects.map(({ metadata }) => metadata.name);

test.each(['cluster-a', 'cluster-b'])('the charts of %s', (cluster) => {
  const files = new FleetManifests(scenario()).render().filter(({ path }) => path.startsWith(cluster));
  for (const { path, content } of files) expect(content).toMatchSnapshot(path);
});

test('the gateway is in the offering cluster only, with the offered hosts and no others', () => {
  const { spec } = only(objectsIn(scenario(), 'cluster-a'), 'Gateway');
  expect(spec.servers[0].hosts).toEqual([
    ...[0, 1, 2].map((n) => `hello-${n}.hello.demo.svc.cluster.local`),
    ...[0, 1, 2].map((n) => `db-pxc-${n}.db-pxc.wookie.svc.cluster.local`),
  ]);
  expect(ofKind(objectsIn(scenario(), 'cluster-b'), 'Gateway')).toEqual([]);
});

test('namespaces come first, with injection and network', () => {
  const namespaces = ofKind(objectsIn(scenario(), 'cluster-b'), 'Namespace');
  expect(namespaces.map(({ metadata }) => [metadata.name, metadata.labels])).toEqual([
    ['istio-system', { 'topology.istio.io/network': 'network2' }],
    ['demo-dr', { 'istio-injection': 'enabled', 'topology.istio.io/network': 'network2' }],
    ['wookie-dr', { 'istio-injection': 'enabled', 'topology.istio.io/network': 'network2' }],
  ]);
});

test('a revision injects by its own label', () => {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b], { revision: 'canary' });
  fleet.offer(hello(a, b));
  const demo = ofKind(objectsIn(fleet, 'cluster-a'), 'Namespace').find(
    ({ metadata }) => metadata.name === 'demo',
  );
  expect(demo.metadata.labels).toEqual({ 'istio.io/rev': 'canary', 'topology.istio.io/network': 'network1' });
});

test('the replica follows the offered pods by the names that they are offered under', () => {
  const consumed = ofKind(objectsIn(scenario(), 'cluster-b'), 'ServiceEntry').flatMap(
    ({ spec }) => spec.hosts,
  );
  const [channel] = only(objectsIn(scenario(), 'cluster-b'), 'PerconaXtraDBCluster').spec.pxc
    .replicationChannels;
  expect(channel.name).toBe('a_to_b');
  const hosts = channel.sourcesList.map(({ host }: { host: string }) => host);
  expect(hosts).toHaveLength(3);
  expect(consumed).toEqual(expect.arrayContaining(hosts));
  const [source] = only(objectsIn(scenario(), 'cluster-a'), 'PerconaXtraDBCluster').spec.pxc
    .replicationChannels;
  expect(source).toEqual({ name: 'a_to_b', isSource: true });
});

test('only the replica’s account may dial the source', () => {
  const policy = ofKind(objectsIn(scenario(), 'cluster-a'), 'AuthorizationPolicy').find(
    ({ metadata }) => metadata.name === 'db-pxc',
  );
  expect(policy.spec.rules[0].from[0].source.notPrincipals).toEqual(['cluster.local/ns/wookie-dr/sa/db-pxc']);
});

test('a database that nobody follows is neither offered nor a source', () => {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.database({ name: 'db', source: b.namespace('wookie'), replicas: [] });
  const objects = objectsIn(fleet, 'cluster-b');
  expect(ofKind(objects, 'Gateway')).toEqual([]);
  expect(only(objects, 'PerconaXtraDBCluster').spec.pxc).not.toHaveProperty('replicationChannels');
});

test('two accounts of one namespace share its entries', () => {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  const namespace = b.namespace('demo-dr');
  fleet.offer(
    hello(a, b, { replicas: 1, to: [namespace.serviceAccount('x'), namespace.serviceAccount('y')] }),
  );
  expect(names(ofKind(objectsIn(fleet, 'cluster-b'), 'ServiceEntry'))).toEqual(['hello-0.demo.cluster-a']);
  expect(
    only(objectsIn(fleet, 'cluster-a'), 'AuthorizationPolicy').spec.rules[0].from[0].source.notPrincipals,
  ).toEqual(['cluster.local/ns/demo-dr/sa/x', 'cluster.local/ns/demo-dr/sa/y']);
});

test('every cluster can offer and consume at once', () => {
  const { a } = twoClusters();
  const b = new Cluster({ name: 'cluster-b', network: 'network2', gatewayAddress: '203.0.113.20' });
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b, { namespace: 'one', to: [b.namespace('from-a')] }));
  fleet.offer(hello(b, a, { namespace: 'two', to: [a.namespace('from-b')] }));
  for (const cluster of ['cluster-a', 'cluster-b']) {
    const objects = objectsIn(fleet, cluster);
    expect(ofKind(objects, 'Gateway')).toHaveLength(1);
    expect(ofKind(objects, 'ServiceEntry')).toHaveLength(6);
  }
});

test('file order is apply order', () => {
  const paths = new FleetManifests(scenario()).render().map(({ path }) => path);
  expect(paths.filter((path) => path.startsWith('cluster-a'))).toEqual(
    [
      ...[Stage.NAMESPACES, Stage.TRUST, Stage.POLICIES, Stage.NETWORK_POLICIES],
      ...[Stage.GATEWAY, Stage.TRAFFIC, Stage.DATABASE],
    ].map((id) => `cluster-a/${id}.k8s.yaml`),
  );
  expect(paths).toEqual([...paths].sort());
});

test('a chart of the user’s own becomes a file of the cluster', () => {
  const fleet = scenario();
  const manifests = new FleetManifests(fleet);
  const [a] = fleet.clusters as [Cluster];
  const chart = manifests.chart(a, Stage.WORKLOADS);
  expect(chart).toBeInstanceOf(Chart);
  expect(manifests.chart(a, Stage.WORKLOADS)).toBe(chart);
  new k8s.ConfigMap(chart, 'map', { metadata: { name: 'map' } });
  expect(manifests.render().map(({ path }) => path)).toContain('cluster-a/70-workloads.k8s.yaml');
});
