import { Cluster, type Fleet, Naming } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { type AnyObject, ofKind } from '../support/objects';
import { objectsIn } from '../support/rendered';

// What a prune must not remove: a Namespace takes everything in it along, the volumes of databases too.

const KEPT = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

function fleetWithAll(): Fleet {
  const { a, b } = twoClusters();
  const remote = new Cluster({
    ...{ name: 'edge', network: 'network3', primary: a, gatewayAddress: '203.0.113.30' },
    apiServer: 'https://203.0.113.31',
  });
  const fleet = fleetOf([a, b, remote]);
  fleet.offer(hello(a, b));
  fleet.database({
    name: 'db',
    source: a.namespace('wookie'),
    replicas: [b.namespace('wookie-dr')],
    naming: Naming.podHostname(),
  });
  return fleet;
}

test.each(['cluster-a', 'cluster-b', 'edge'])(
  'every Namespace and database of %s is kept by Argo CD, Flux and Rancher Fleet',
  (cluster) => {
    const objects = objectsIn(fleetWithAll(), cluster);
    const holdsData = ({ kind }: AnyObject) => ['Namespace', 'PerconaXtraDBCluster'].includes(kind);
    expect(objects.filter(holdsData).length).toBeGreaterThan(0);
    for (const { kind, metadata } of objects.filter(holdsData))
      expect([kind, metadata.name, metadata.annotations]).toEqual([
        kind,
        metadata.name,
        expect.objectContaining(KEPT),
      ]);
  },
);

test('nothing else is kept: what a fleet no longer says shall go', () => {
  const kept = objectsIn(fleetWithAll(), 'cluster-a').filter(
    ({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'] !== undefined,
  );
  expect(new Set(kept.map(({ kind }) => kind))).toEqual(
    new Set([
      ...['Namespace', 'NetworkPolicy', 'AuthorizationPolicy'],
      ...['ServiceAccount', 'PerconaXtraDBCluster'],
    ]),
  );
  // what closes a namespace whose database stays; not what opens it to a gateway
  const policies = ofKind(kept, 'NetworkPolicy').map(({ metadata }) => metadata.name);
  expect(policies).toEqual(['default-deny-ingress', 'pxc-operator-webhook', 'db-pxc', 'db-haproxy']);
  const denied = ofKind(kept, 'AuthorizationPolicy').map(({ metadata }) => metadata.name);
  expect(denied).toEqual(['db-pxc-admin', 'db-haproxy-admin']);
  const accounts = ofKind(kept, 'ServiceAccount').map(({ metadata }) => metadata.name);
  expect(accounts).toEqual(['db-pxc', 'db-haproxy']);
});

test('a remote cluster still says whose control plane may run it', () => {
  const [namespace] = ofKind(objectsIn(fleetWithAll(), 'edge'), 'Namespace');
  expect(namespace.metadata.annotations).toMatchObject({
    'topology.istio.io/controlPlaneClusters': 'cluster-a',
  });
});
