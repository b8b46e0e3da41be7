import {
  Cluster,
  Fleet,
  FleetManifests,
  Naming,
  Offer,
  Protocol,
  RemoteSecretSource,
  type ServiceOfferProps,
} from '../../lib';
import { validate } from '../../lib/validation/validate';
import { ofKind, only, refusal } from '../support/objects';
import { filesOf, objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

const a = new Cluster({
  name: 'a',
  network: 'net-a',
  gatewayAddress: '203.0.113.1',
  apiServer: 'https://203.0.113.2:6443',
});
const b = new Cluster({ name: 'b', network: 'net-b', apiServer: 'https://api.b.example.com' });
const props: ServiceOfferProps = {
  from: a,
  namespace: 'demo',
  name: 'web',
  podLabels: { app: 'web' },
  port: 80,
  protocol: Protocol.HTTP,
  to: [b.namespace('demo-b').serviceAccount('caller')],
};
const fleetOf = (more: Partial<ServiceOfferProps> = {}, clusters = [a, b]) => {
  const fleet = new Fleet({ meshId: 'm', clusters, discovery: true });
  fleet.offer(Offer.service({ ...props, ...more }));
  return fleet;
};
const HOST = 'web.demo.svc.cluster.local';

test('a Service needs no entry on either side; the gateway lists it', () => {
  expect(ofKind(objectsIn(fleetOf(), 'a'), 'ServiceEntry')).toEqual([]);
  expect(ofKind(objectsIn(fleetOf(), 'b'), 'ServiceEntry')).toEqual([]);
  expect(only(objectsIn(fleetOf(), 'a'), 'Gateway').spec.servers[0].hosts).toEqual([HOST]);
});

test('all of its callers are named, inside the cluster too: the SNI tells them not apart', () => {
  const policy = (fleet: Fleet) => only(objectsIn(fleet, 'a'), 'AuthorizationPolicy').spec.rules[0];
  expect(policy(fleetOf())).toEqual({
    from: [
      { source: { notPrincipals: ['cluster.local/ns/demo-b/sa/caller', 'cluster.local/ns/demo/sa/*'] } },
    ],
    to: [{ operation: { ports: ['80'] } }],
  });
  const [{ source }] = policy(fleetOf({ localNamespaces: ['shop', 'demo'] })).from;
  expect(source.notPrincipals).toEqual([
    'cluster.local/ns/demo-b/sa/caller',
    'cluster.local/ns/demo/sa/*',
    'cluster.local/ns/shop/sa/*',
  ]);
});

test('quiet connections live as long as the offer says, at the caller and at the gateway', () => {
  const rules = (cluster: string) =>
    ofKind(objectsIn(fleetOf({ idleTimeoutSeconds: 60 }), cluster), 'DestinationRule').map(
      ({ metadata, spec }) => [
        metadata.namespace,
        spec.host,
        spec.exportTo,
        spec.trafficPolicy.connectionPool.tcp.idleTimeout,
      ],
    );
  expect(rules('a')).toEqual([['demo', HOST, ['istio-system'], '60s']]);
  expect(rules('b')).toEqual([['demo-b', HOST, ['.'], '60s']]);
});

test('every cluster says how it is read, and what it needs to read each of the others', () => {
  const c = new Cluster({
    name: 'c',
    network: 'net-c',
    apiServer: 'https://203.0.113.3',
    remoteSecret: RemoteSecretSource.externalSecret({
      storeName: 'vault',
      remoteKey: 'mesh/c',
      property: 'kc',
    }),
  });
  const objects = objectsIn(fleetOf({}, [a, b, c]), 'b');
  const token = only(objects, 'Secret');
  expect([token.type, token.data, token.metadata.annotations]).toEqual([
    'kubernetes.io/service-account-token',
    undefined,
    { 'kubernetes.io/service-account.name': 'istio-reader-service-account' },
  ]);
  const required = ofKind(objects, 'ConfigMap').find(({ metadata }) => /remote-secret/.test(metadata.name));
  expect(required?.data.command).toBe(
    'npx --no-install eastwest remote-secret a b --server https://203.0.113.2:6443 --apply',
  );
  const copied = ofKind(objects, 'ExternalSecret')[0];
  expect(copied?.metadata.name).toBe('istio-remote-secret-c');
  expect(copied?.spec).toEqual({
    refreshInterval: '1h',
    secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
    target: {
      name: 'istio-remote-secret-c',
      template: {
        metadata: {
          labels: { 'istio/multiCluster': 'true' },
          annotations: { 'networking.istio.io/cluster': 'c' },
        },
      },
    },
    data: [{ secretKey: 'c', remoteRef: { key: 'mesh/c', property: 'kc' } }],
  });
});

test('every istiod knows all networks, also those that it does not dial', () => {
  const c = new Cluster({ name: 'c', network: 'net-c', apiServer: 'https://203.0.113.3' });
  const files = filesOf(new FleetManifests(fleetOf({}, [a, b, c])));
  for (const name of ['a', 'b', 'c']) {
    for (const network of ['net-a', 'net-b', 'net-c'])
      expect(files[`install/${name}/istio.yaml`]).toContain(network);
  }
});

test('without discovery there is nothing of it', () => {
  const files = filesOf(new FleetManifests(new Fleet({ meshId: 'm', clusters: [a, b] })));
  expect(Object.keys(files).filter((path) => path.includes('20-'))).toEqual([]);
});

describe('refused', () => {
  test('a Service in a fleet without discovery', () => {
    const fleet = new Fleet({ meshId: 'm', clusters: [a, b] });
    fleet.offer(Offer.service(props));
    expect(refusal(() => requireValid(fleet))).toEqual([
      "offers[0]: must be of a fleet with discovery: true, because the consumers find a Service by reading its cluster, got discovery: false, for Service 'web'; set discovery on the fleet, or use Offer.group with a name of its own",
    ]);
  });

  test('a cluster that nobody can read, or at an address that is none', () => {
    const silent = new Cluster({ name: 'silent', network: 's' });
    const odd = new Cluster({ name: 'odd', network: 'o', apiServer: 'http://api' });
    expect(refusal(() => requireValid(fleetOf({}, [a, b, silent, odd])))).toEqual([
      "clusters[3].apiServer: must be an https URL of an address alone, such as 'https://api.cluster-a.example.com:6443', got 'http://api'; give the address under which the other clusters reach the Kubernetes API",
      "clusters[2].apiServer: must be an https URL, because the istiods of the other clusters read its Services (discovery), got nothing for 'silent'; give the address under which they reach its Kubernetes API",
    ]);
  });

  test('a credential instead of a reference', () => {
    const remoteSecret = 'apiVersion: v1\nkind: Config' as never;
    const leaky = new Cluster({ name: 'c', network: 'c', apiServer: 'https://203.0.113.3', remoteSecret });
    expect(refusal(() => requireValid(fleetOf({}, [a, b, leaky])))[0]).toMatch(
      /^clusters\[2\]\.remoteSecret: must be a RemoteSecretSource, got .*; use RemoteSecretSource\.externalSecret\(…\) or \.outOfBand\(\); never a token or kubeconfig itself$/s,
    );
  });

  // seen in the lab: with each pod of the replica that is made anew, the gateway loses one of the source's
  describe('pods of one namespace and name in clusters that an istiod reads', () => {
    const database = (replicas: string, discovery: boolean, host?: string) => {
      const fleet = new Fleet({ meshId: 'm', clusters: [a, b], discovery });
      const naming = host ? undefined : Naming.alias('a.global');
      fleet.database({
        name: 'db',
        source: a.namespace('sql'),
        replicas: [b.namespace(replicas)],
        host,
        naming,
      });
      return fleet;
    };
    const message =
      "databases[0]: must not have pods of one namespace and name with 'b': the istiod of 'a' reads both clusters, and keeps one of the two, got 'db-pxc-0' in namespace 'sql'; use a namespace of another name in 'b'";

    test.each([undefined, 'db.global'])('a database and its replica, host %p', (host) => {
      expect(refusal(() => requireValid(database('sql', true, host)))).toEqual([message]);
      expect(validate(database('sql-dr', true, host))).toEqual([]);
      expect(validate(database('sql', false, host))).toEqual([]);
    });

    test('two StatefulSets that are offered to a third cluster', () => {
      const c = new Cluster({ name: 'c', network: 'c', apiServer: 'https://203.0.113.3' });
      const fleet = fleetOf({}, [a, b, c]);
      const queue = (from: Cluster, suffix: string) =>
        Offer.statefulSet({
          ...{ from, namespace: 'shop', name: 'queue', replicas: 2, port: 5672, protocol: Protocol.TCP },
          ...{ to: [c.namespace('desk')], naming: Naming.alias(suffix) },
        });
      const open = new Cluster({
        ...{ name: 'b', network: 'net-b', gatewayAddress: '203.0.113.9' },
        apiServer: 'https://api.b.example.com',
      });
      const both = new Fleet({ meshId: 'm', clusters: [a, open, c], discovery: true });
      both.offer(queue(a, 'a.global'));
      both.offer(queue(open, 'b.global'));
      expect(refusal(() => requireValid(both)).map((line) => line.slice(0, 60))).toEqual([
        'offers[0]: must not have pods of one namespace and name with',
        'offers[1]: must not have pods of one namespace and name with',
      ]);
      expect(validate(fleet)).toEqual([]);
    });
  });
});
