import {
  Cluster,
  type DatabaseProps,
  type Fleet,
  FleetManifests,
  Naming,
  NetworkPath,
  Offer,
  Protocol,
} from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { ofKind, refusal } from '../support/objects';
import { objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

// Two things of one name in one place: said where they were written, and not by the objects that would overwrite each other

const { a, b } = twoClusters();
const refused = (act: (fleet: Fleet) => unknown, clusters = [a, b]) => {
  const fleet = fleetOf(clusters);
  act(fleet);
  return refusal(() => requireValid(fleet));
};
const db = (more: Partial<DatabaseProps> = {}): DatabaseProps => ({
  ...{ name: 'db', source: a.namespace('wookie'), replicas: [b.namespace('wookie-dr')] },
  ...more,
});

describe('databases', () => {
  const taken = (path: string, other: string, namespace: string, cluster: string) =>
    `${path}: must be in another namespace than ${other}: a namespace holds one database of a name, got database 'db' in namespace '${namespace}' of '${cluster}'; use another namespace, or call one of the databases otherwise`;

  test('two replicas of one in one namespace', () => {
    const replicas = [b.namespace('wookie-dr'), b.namespace('wookie-dr')];
    expect(refused((fleet) => fleet.database(db({ replicas })))).toEqual([
      taken('databases[0].replicas[1]', 'databases[0].replicas[0]', 'wookie-dr', 'cluster-b'),
    ]);
  });

  test('source and replica in one namespace', () => {
    expect(refused((fleet) => fleet.database(db({ replicas: [a.namespace('wookie')] })))).toEqual([
      expect.stringMatching(
        /^databases\[0\]\.replicas\[0\]: must be in another cluster than the one that offers/,
      ),
    ]);
  });

  test('two of one name with their sources in one namespace', () => {
    const both = (fleet: Fleet) => {
      fleet.database(db());
      fleet.database(db({ replicas: [b.namespace('other')] }));
    };
    expect(refused(both)).toEqual([
      taken('databases[1].source', 'databases[0].source', 'wookie', 'cluster-a'),
    ]);
  });

  test('two of one name, of which one is a replica where the other is the source', () => {
    const c = new Cluster({ name: 'cluster-c', network: 'network3', gatewayAddress: '203.0.113.30' });
    const both = (fleet: Fleet) => {
      fleet.database(db({ replicas: [c.namespace('elsewhere')] }));
      fleet.database(db({ source: c.namespace('elsewhere'), replicas: [] }));
    };
    expect(refused(both, [a, b, c])).toEqual([
      taken('databases[1].source', 'databases[0].replicas[0]', 'elsewhere', 'cluster-c'),
    ]);
  });

  test('two of one name in all places are complained of once', () => {
    const both = (fleet: Fleet) => {
      fleet.database(db({ host: 'one.global' }));
      fleet.database(db({ host: 'two.global' }));
    };
    expect(refused(both)).toEqual([
      taken('databases[1].source', 'databases[0].source', 'wookie', 'cluster-a'),
    ]);
  });

  test('two of one name in different namespaces are two', () => {
    const fleet = fleetOf([a, b]);
    fleet.database(db());
    fleet.database(db({ source: a.namespace('two'), replicas: [b.namespace('two-dr')] }));
    expect(() => new FleetManifests(fleet).render()).not.toThrow();
  });

  test('two in one namespace that have one Secret', () => {
    const both = (more: Partial<DatabaseProps>) => (fleet: Fleet) => {
      fleet.database(db());
      fleet.database(db({ name: 'db2', replicas: [b.namespace('two-dr')], ...more }));
    };
    expect(refused(both({ secretsName: 'db-secrets' }))).toEqual([
      "databases[1].secretsName: must differ from that of databases[0], which is in the same namespace, got 'db-secrets'; give each database its own Secret",
    ]);
    const fleet = fleetOf([a, b]);
    both({})(fleet);
    expect(() => new FleetManifests(fleet).render()).not.toThrow();
  });
});

describe('offers', () => {
  const clash = (path: string, other: string, name: string) =>
    `${path}.name: must share no name with ${other} in the same namespace: both would write objects of one name, got '${name}'; rename one of the two, or move it to another namespace`;
  const group = (name: string, more = {}) =>
    Offer.group({
      ...{ from: a, namespace: 'demo', name, podLabels: { app: name }, host: `${name}.global` },
      ...{ port: 80, protocol: Protocol.HTTP, to: [b.namespace('x')], ...more },
    });
  const twice = (one: Offer, other: Offer) => (fleet: Fleet) => {
    fleet.offer(one);
    fleet.offer(other);
  };

  test('one and the same twice', () => {
    const one = hello(a, b);
    expect(refused(twice(one, one))).toEqual([
      expect.stringMatching(/^offers\[1\]: must offer a host once, got host hello-0\.hello\.demo/),
    ]);
    const all = group('x');
    expect(refused(twice(all, all))).toEqual([expect.stringMatching(/^offers\[1\]: must offer a host once/)]);
  });

  test('two groups of one name, whatever their hosts and ports', () => {
    expect(refused(twice(group('x'), group('x', { host: 'y.global', port: 81 })))).toEqual([
      clash('offers[1]', 'offers[0]', 'x'),
    ]);
  });

  test('one StatefulSet by two headless Services, or by two namings', () => {
    const to = [b.namespace('other')];
    expect(refused(twice(hello(a, b), hello(a, b, { service: 'peers', port: 81, to })))).toEqual([
      clash('offers[1]', 'offers[0]', 'hello'),
    ]);
    expect(refused(twice(hello(a, b), hello(a, b, { naming: Naming.servicePerPod(), to })))).toEqual([
      clash('offers[1]', 'offers[0]', 'hello'),
    ]);
  });

  test('a group called like a pod', () => {
    expect(refused(twice(hello(a, b, { podLabels: { app: 'hello' } }), group('hello-1')))).toEqual([
      clash('offers[1]', 'offers[0]', 'hello-1'),
    ]);
  });

  test('by node ports', () => {
    const near = new Cluster({ name: 'near', network: 'network1', nodeAddresses: ['203.0.113.4'] });
    const nodePort = { from: near, via: NetworkPath.nodePort() };
    expect(
      refused(twice(group('x', nodePort), group('x', { ...nodePort, host: 'y.global' })), [near, b]),
    ).toEqual([clash('offers[1]', 'offers[0]', 'x')]);
  });

  test('a workload called like a database’s StatefulSet', () => {
    const both = (fleet: Fleet) => {
      fleet.offer(group('db-pxc', { namespace: 'wookie' }));
      fleet.database(db());
    };
    expect(refused(both)).toEqual([clash('databases[0]', 'offers[0]', 'db-pxc')]);
  });

  test('a Service beside a workload of its name', () => {
    const at = (name: string, network: string, n: number) =>
      new Cluster({
        name,
        network,
        gatewayAddress: `203.0.113.${n}`,
        apiServer: `https://203.0.113.${n + 1}`,
      });
    const [one, two] = [at('one', 'n1', 1), at('two', 'n2', 3)];
    const service = Offer.service({
      ...{ from: one, namespace: 'demo', name: 'hello', podLabels: { app: 'x' }, to: [two.namespace('x')] },
      ...{ port: 80, protocol: Protocol.HTTP },
    });
    const fleet = fleetOf([one, two], { discovery: true });
    twice(hello(one, two), service)(fleet);
    expect(refusal(() => requireValid(fleet))).toEqual([clash('offers[1]', 'offers[0]', 'hello')]);
  });

  test('of one name in two namespaces or two clusters are two', () => {
    const both = new Cluster({ name: 'cluster-b', network: 'network2', gatewayAddress: '203.0.113.20' });
    const fleet = fleetOf([a, both]);
    fleet.offer(group('x', { to: [both.namespace('x')] }));
    fleet.offer(group('x', { namespace: 'two', host: 'two.global', to: [both.namespace('x')] }));
    fleet.offer(group('x', { from: both, host: 'three.global', to: [a.namespace('x')] }));
    expect(() => new FleetManifests(fleet).render()).not.toThrow();
  });

  test('whose namespace and name read alike when joined are two, and all of their entries are written', () => {
    const fleet = fleetOf([a, b]);
    fleet.offer(group('b-c', { namespace: 'a', host: 'one.global' }));
    fleet.offer(group('c', { namespace: 'a-b', host: 'two.global' }));
    const hosts = ofKind(objectsIn(fleet, 'cluster-b'), 'ServiceEntry').map(({ spec }) => spec.hosts[0]);
    expect(hosts).toEqual(['one.global', 'two.global']);
  });

  test('by node ports too', () => {
    const near = new Cluster({ name: 'near', network: 'network1', nodeAddresses: ['203.0.113.4'] });
    const nodePort = { from: near, via: NetworkPath.nodePort() };
    const fleet = fleetOf([near, b]);
    fleet.offer(group('b-c', { ...nodePort, namespace: 'a' }));
    fleet.offer(group('c', { ...nodePort, namespace: 'a-b' }));
    expect(ofKind(objectsIn(fleet, 'near'), 'Service')).toHaveLength(2);
  });
});

test('databases whose namespace and name read alike when joined are two', () => {
  const fleet = fleetOf([a, b]);
  fleet.database(db({ name: 'b-c', source: a.namespace('a'), replicas: [] }));
  fleet.database(db({ name: 'c', source: a.namespace('a-b'), replicas: [] }));
  expect(ofKind(objectsIn(fleet, 'cluster-a'), 'PerconaXtraDBCluster')).toHaveLength(2);
});

test('a workload and a database whose policies’ ids could read alike', () => {
  const fleet = fleetOf([a, b]);
  fleet.database(db({ name: 'x-offered' }));
  fleet.offer(hello(a, b, { namespace: 'wookie', name: 'database-x', podLabels: { app: 'x' } }));
  expect(() => new FleetManifests(fleet).render()).not.toThrow();
});

test.each(['reader', 'eastwest', 'istiod', 'network-policy', 'cacerts'])(
  'a cluster may be called %s',
  (name) => {
    const hub = new Cluster({
      ...{ name: 'hub', network: 'n1', gatewayAddress: '203.0.113.1', apiServer: 'https://203.0.113.2' },
    });
    const remote = new Cluster({
      ...{
        name,
        network: 'n2',
        gatewayAddress: '203.0.113.3',
        apiServer: 'https://203.0.113.4',
        primary: hub,
      },
    });
    const other = new Cluster({ name: 'other', network: 'n3', apiServer: 'https://203.0.113.5' });
    const fleet = fleetOf([hub, remote, other], { discovery: true });
    fleet.offer(hello(remote, hub));
    expect(() => new FleetManifests(fleet).render()).not.toThrow();
  },
);

test('a cluster is not called as the folder beside its own', () => {
  expect(refused(() => undefined, [new Cluster({ name: 'install', network: 'n' })])).toEqual([
    "clusters[0].name: must not be 'install': the output folder of that name holds the files that install Istio, got 'install'; choose such a name",
  ]);
});
