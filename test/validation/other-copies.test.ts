import * as lib from '../../lib';
import { Cluster, type Fleet, FleetManifests, MeshNetworks } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { constructRefusal, refusal, synth } from '../support/objects';
import { requireValid } from '../support/valid';

const { a, b } = twoClusters();
const refused = (act: (fleet: Fleet) => unknown, clusters = [a, b]) => {
  const fleet = fleetOf(clusters);
  act(fleet);
  return refusal(() => requireValid(fleet));
};

describe('a value of another copy of the library', () => {
  let copy: typeof lib = lib;
  beforeAll(() => {
    jest.isolateModules(() => {
      copy = jest.requireActual('../../lib');
    });
    expect(copy.Cluster).not.toBe(Cluster);
  });
  const hint = 'find the copies with `npm ls cdk8s-eastwest`, and make them one with `npm dedupe`';
  const said = (path: string, what: string) =>
    `${path}: must be ${what}, got ${what} made by another copy of cdk8s-eastwest; ${hint}`;
  const stranger = () => new copy.Cluster({ name: 'east', network: 'n' }) as never;

  test('a cluster of the fleet', () => {
    expect(refused(() => undefined, [a, stranger()])).toEqual([said('fleet.clusters[1]', 'a Cluster')]);
  });

  test('a fleet', () => {
    const fleet = new copy.Fleet({ meshId: 'm', clusters: [stranger()] }) as never;
    expect(refusal(() => new FleetManifests(fleet))).toEqual([said('fleet', 'a Fleet')]);
  });

  test('a primary', () => {
    const remote = new Cluster({
      name: 'r',
      network: 'r',
      apiServer: 'https://x.example',
      primary: stranger(),
    });
    expect(refused(() => undefined, [a, remote])).toContain(said('clusters[1].primary', 'a Cluster'));
  });

  test('an offer, and what it is made of', () => {
    expect(refused((fleet) => fleet.offer(copy.Offer.statefulSet({} as never) as never))).toEqual([
      said('offers[0]', 'an Offer'),
    ]);
    expect(refused((fleet) => fleet.offer(hello(stranger(), b)))).toEqual([
      said('offers[0].from', 'a Cluster'),
    ]);
    const to = [new copy.ClusterNamespace(stranger(), 'x') as never];
    expect(refused((fleet) => fleet.offer(hello(a, b, { to })))).toEqual([
      said('offers[0].to[0]', 'a ClusterNamespace'),
    ]);
    const naming = copy.Naming.podHostname() as never;
    expect(refused((fleet) => fleet.offer(hello(a, b, { naming })))).toEqual([
      said('offers[0].naming', 'a Naming'),
    ]);
    const via = copy.NetworkPath.nodePort() as never;
    expect(refused((fleet) => fleet.offer(hello(a, b, { via })))).toEqual([
      said('offers[0].via', 'a NetworkPath'),
    ]);
  });

  test.each<[string, () => object, string]>([
    ['ca', () => copy.CaSource.outOfBand(), 'a CaSource'],
    ['controlPlane', () => copy.ControlPlane.flux(), 'a ControlPlane'],
    ['remoteSecret', () => copy.RemoteSecretSource.outOfBand(), 'a RemoteSecretSource'],
  ])('%s of a cluster', (prop, make, what) => {
    const cluster = new Cluster({ name: 'a', network: 'n', [prop]: make() });
    expect(refused(() => undefined, [cluster])).toEqual([said(`clusters[0].${prop}`, what)]);
  });

  test('something else of it is no Cluster at all', () => {
    expect(refused((fleet) => fleet.offer(hello(copy.Naming.podHostname() as never, b)))).toEqual([
      'offers[0].from: must be a Cluster, got an object of class Naming; make it with new Cluster({ name, network })',
    ]);
    class Stranger {}
    Object.defineProperty(Stranger, 'name', { value: 'Cluster' });
    expect(refused((fleet) => fleet.offer(hello(new Stranger() as never, b)))).toEqual([
      'offers[0].from: must be a Cluster, got an object of class Cluster; make it with new Cluster({ name, network })',
    ]);
  });

  test('a value of this copy in another place is said to be what it is', () => {
    expect(refused((fleet) => fleet.offer(hello(hello(a, b) as never, b)))).toEqual([
      'offers[0].from: must be a Cluster, got an object of class Offer; make it with new Cluster({ name, network })',
    ]);
  });

  test('MeshNetworks reads four fields of it, and takes it', () => {
    expect(() => synth((chart) => new MeshNetworks(chart, 'x', { clusters: [stranger()] }))).not.toThrow();
    const bad = new copy.Cluster({ name: 'X', network: 'n' });
    expect(constructRefusal((chart) => new MeshNetworks(chart, 'x', { clusters: [bad] }))).toEqual([
      expect.stringMatching(/^\[test\/x\] clusters\[0\]\.name: must be a DNS label/),
    ]);
  });
});

describe('a cluster that has the name of one of the fleet', () => {
  const twin = new Cluster({ name: 'cluster-a', network: 'network1', gatewayAddress: '203.0.113.10' });
  const said = (path: string) =>
    `${path}: must be the Cluster object 'cluster-a' of the fleet, got another Cluster object of the same name; use the object in the fleet's clusters`;

  test('as the one that offers', () => {
    expect(refused((fleet) => fleet.offer(hello(twin, b)))).toEqual([said('offers[0].from')]);
  });

  test('as the one that dials', () => {
    const back = new Cluster({ name: 'cluster-b', network: 'network2', gatewayAddress: '203.0.113.20' });
    expect(refused((fleet) => fleet.offer(hello(back, twin)), [a, back])).toEqual([said('offers[0].to[0]')]);
  });

  test('as a primary', () => {
    const remote = new Cluster({ name: 'r', network: 'r', apiServer: 'https://x.example', primary: twin });
    expect(refused(() => undefined, [a, remote])).toEqual([said('clusters[1].primary')]);
  });

  test('as a member or a client of a database', () => {
    const members = { name: 'db', source: a.namespace('x'), replicas: [] };
    expect(refused((fleet) => fleet.database({ ...members, source: twin.namespace('x') }))).toEqual([
      said('databases[0].source'),
    ]);
    expect(refused((fleet) => fleet.database({ ...members, clients: [twin.namespace('y')] }))).toEqual([
      said('databases[0].clients[0].cluster'),
    ]);
  });
});
