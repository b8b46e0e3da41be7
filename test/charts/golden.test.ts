import { CaSource, Cluster, Fleet, FleetManifests, Naming, Offer, Protocol } from '../../lib';
import { expectGolden } from '../support/golden';
import { filesOf } from '../support/rendered';

// Fleets that differ from main.ts in everything a user may choose.

test('three clusters in a chain, their own trust domain and revision, seven pods and one', () => {
  const north = new Cluster({
    name: 'north',
    network: 'net-n',
    gatewayAddress: '198.51.100.7',
    gateway: { replicas: 1, loadBalancerSourceRanges: ['192.0.2.0/24'] },
    ca: CaSource.externalSecret({ storeName: 'vault', remoteKey: 'mesh/north' }),
  });
  const south = new Cluster({
    name: 'south',
    network: 'net-s',
    gatewayAddress: 'gw.south.example.com',
    gatewayPort: 8443,
    ca: CaSource.certManager({ issuerName: 'mesh-root' }),
  });
  const west = new Cluster({ name: 'west', network: 'net-w' });
  const fleet = new Fleet({
    meshId: 'world',
    clusters: [north, south, west],
    trustDomain: 'mesh.example.com',
    revision: 'canary',
    istioNamespace: 'mesh-system',
  });
  fleet.offer(
    Offer.statefulSet({
      from: north,
      namespace: 'shop',
      name: 'queue',
      service: 'queue-peers',
      replicas: 7,
      port: 5672,
      protocol: Protocol.TCP,
      portName: 'tcp-amqp',
      serviceAccount: 'queue',
      to: [south.namespace('shop-s').serviceAccount('worker'), west.namespace('shop-w')],
    }),
  );
  fleet.offer(
    Offer.statefulSet({
      from: south,
      namespace: 'blog',
      name: 'web',
      replicas: 1,
      port: 80,
      protocol: Protocol.HTTP,
      to: [west.namespace('blog-w')],
      idleTimeoutSeconds: 0,
    }),
  );
  expectGolden('three-clusters', filesOf(new FleetManifests(fleet)));
});

test('one namespace on both sides, by aliases', () => {
  const a = new Cluster({ name: 'a', network: 'a', gatewayAddress: '203.0.113.10' });
  const b = new Cluster({ name: 'b', network: 'b' });
  const fleet = new Fleet({ meshId: 'mesh1', clusters: [a, b] });
  fleet.database({
    name: 'pxc-cluster',
    source: a.namespace('pxc'),
    replicas: [b.namespace('pxc')],
    size: 1,
    allowUnsafeSize: true,
    naming: Naming.alias('a.global'),
  });
  expectGolden('alias', filesOf(new FleetManifests(fleet)));
});

test('a Service for each pod', () => {
  const a = new Cluster({ name: 'a', network: 'a', gatewayAddress: '203.0.113.10' });
  const b = new Cluster({ name: 'b', network: 'b' });
  const fleet = new Fleet({ meshId: 'mesh1', clusters: [a, b] });
  fleet.database({
    name: 'db',
    source: a.namespace('wookie'),
    replicas: [b.namespace('wookie-dr')],
    naming: Naming.servicePerPod(),
  });
  expectGolden('service-per-pod', filesOf(new FleetManifests(fleet)));
});
