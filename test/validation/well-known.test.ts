import {
  CrossClusterServiceEntry,
  type Fleet,
  FleetManifests,
  NodePortService,
  Offer,
  OfferedNetworkPolicy,
  OfferedServiceEntry,
  OfferedWorkloadPolicy,
  PartitionedServiceHost,
  Protocol,
} from '../../lib';
import { offerPropsErrors } from '../../lib/offers/kinds';
import { validate } from '../../lib/validation/validate';
import { SIDECAR_PORTS, SYSTEM_NAMESPACES } from '../../lib/well-known/reserved';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { constructRefusal, refusal, synth } from '../support/objects';
import { requireValid } from '../support/valid';

// What Kubernetes and Istio keep for themselves

const { a, b } = twoClusters();
const refused = (act: (fleet: Fleet) => unknown, more = {}) => {
  const fleet = fleetOf([a, b], more);
  act(fleet);
  return refusal(() => requireValid(fleet));
};

describe("a port that Istio's proxy keeps for itself", () => {
  const expected =
    "must not be a port that Istio's sidecar proxy uses itself (15000, 15001, 15002, 15004, 15006, 15008, 15020, 15021, 15053, 15090)";
  const hint = 'have the pods listen on another port';

  test.each(SIDECAR_PORTS)('%p is not offered', (port) => {
    expect(refused((fleet) => fleet.offer(hello(a, b, { port })))).toEqual([
      `offers[0].port: ${expected}, got ${port}; ${hint}`,
    ]);
  });

  const common = { from: a, namespace: 'demo', name: 'x', podLabels: { app: 'x' }, to: [b.namespace('x')] };
  test.each([
    Offer.group({ ...common, port: 15006, protocol: Protocol.TCP, host: 'x.global' }),
    Offer.service({ ...common, port: 15006, protocol: Protocol.TCP }),
  ])('in no kind of offer', (offer) => {
    expect(offerPropsErrors('offer', offer)).toEqual([
      { path: 'offer.port', expected: expected.replace('must ', ''), actual: '15006', hint },
    ]);
  });

  const remote = { port: 15006, protocol: Protocol.TCP };
  const pods = { name: 'x', podLabels: { app: 'x' } };
  test.each<[string, (chart: never) => unknown]>([
    [
      'OfferedServiceEntry',
      (chart) => new OfferedServiceEntry(chart, 'x', { ...remote, ...pods, host: 'a.b' }),
    ],
    ['NodePortService', (chart) => new NodePortService(chart, 'x', { ...remote, ...pods, nodePort: 30000 })],
    [
      'OfferedWorkloadPolicy',
      (chart) => new OfferedWorkloadPolicy(chart, 'x', { ...pods, port: 15006, principals: ['*'] }),
    ],
    ['OfferedNetworkPolicy', (chart) => new OfferedNetworkPolicy(chart, 'x', { ...pods, port: 15006 })],
    [
      'CrossClusterServiceEntry',
      (chart) =>
        new CrossClusterServiceEntry(chart, 'x', {
          ...remote,
          host: 'a.b',
          endpoints: [{ address: '203.0.113.1' }],
        }),
    ],
    [
      'PartitionedServiceHost',
      (chart) =>
        new PartitionedServiceHost(chart, 'x', {
          ...remote,
          host: 'a.global',
          service: 'a.b',
          clusterName: 'c',
        }),
    ],
  ])('%s refuses it', (_, build) => {
    expect(constructRefusal(build as never)).toEqual([`[test/x] port: ${expected}, got 15006; ${hint}`]);
  });

  test('a gateway may be reached by one of the gateways’ own ports', () => {
    const endpoints = [{ address: '203.0.113.1', port: 15021 }];
    const entry = { port: 15443, protocol: Protocol.TCP, host: 'a.b', endpoints };
    expect(() => synth((chart) => new CrossClusterServiceEntry(chart, 'x', entry))).not.toThrow();
  });
});

describe('a namespace that every cluster has', () => {
  const message = (path: string, name: string) =>
    `${path}: must not be a namespace that Kubernetes makes in every cluster (default, kube-system, kube-public, kube-node-lease), got '${name}'; use a namespace of your own: the fleet writes its namespaces and labels them for injection`;

  test.each(SYSTEM_NAMESPACES)('%s is not written, labelled or closed', (name) => {
    expect(refused((fleet) => fleet.offer(hello(a, b, { namespace: name })))).toEqual([
      message('offers[0].namespace', name),
    ]);
    expect(refused((fleet) => fleet.offer(hello(a, b, { to: [b.namespace(name)] })))).toEqual([
      message('offers[0].to[0].namespace', name),
    ]);
    const members = { name: 'db', source: a.namespace('x'), replicas: [b.namespace('y')] };
    expect(refused((fleet) => fleet.database({ ...members, source: a.namespace(name) }))).toEqual([
      message('databases[0].source.namespace', name),
    ]);
    expect(refused((fleet) => fleet.database({ ...members, replicas: [b.namespace(name)] }))).toEqual([
      message('databases[0].replicas[0].namespace', name),
    ]);
    expect(refused((fleet) => fleet.database({ ...members, clients: [a.namespace(name)] }))).toEqual([
      message('databases[0].clients[0].namespace', name),
    ]);
    expect(refused((fleet) => fleet.database({ ...members, operatorNamespace: name }))).toEqual([
      message('databases[0].operatorNamespace', name),
    ]);
    expect(refused(() => undefined, { istioNamespace: name })).toEqual([
      message('fleet.istioNamespace', name),
    ]);
    const service = Offer.service({
      ...{ from: a, namespace: 'demo', name: 'x', podLabels: { app: 'x' }, to: [b.namespace('x')] },
      ...{ port: 80, protocol: Protocol.TCP, localNamespaces: [name] },
    });
    expect(offerPropsErrors('o', service).map(({ path }) => path)).toEqual(['o.localNamespaces[0]']);
  });
});

test.each(['kube-x', 'kube-flannel'])('%s has the prefix that Kubernetes keeps for itself', (name) => {
  const message = (path: string) =>
    `${path}: must not begin with 'kube-', which Kubernetes keeps for its own namespaces, got '${name}'; use a namespace of your own: the fleet writes its namespaces and labels them for injection`;
  expect(refused((fleet) => fleet.offer(hello(a, b, { namespace: name })))).toEqual([
    message('offers[0].namespace'),
  ]);
  expect(refused(() => undefined, { istioNamespace: name })).toEqual([message('fleet.istioNamespace')]);
});

describe('istiod’s own namespace', () => {
  const message = (path: string, name = 'istio-system') =>
    `${path}: must not be the fleet's istioNamespace: the fleet does not label it for injection, so its pods have no proxy, got '${name}'; use another namespace`;

  test('offers nothing, dials nothing and holds no database', () => {
    expect(refused((fleet) => fleet.offer(hello(a, b, { namespace: 'istio-system' })))).toEqual([
      message('offers[0].namespace'),
    ]);
    expect(refused((fleet) => fleet.offer(hello(a, b, { to: [b.namespace('istio-system')] })))).toEqual([
      message('offers[0].to[0]'),
    ]);
    const members = { name: 'db', source: a.namespace('x'), replicas: [b.namespace('y')] };
    expect(refused((fleet) => fleet.database({ ...members, source: a.namespace('istio-system') }))).toEqual([
      message('databases[0].source'),
    ]);
    expect(
      refused((fleet) => fleet.database({ ...members, replicas: [b.namespace('istio-system')] })),
    ).toEqual([message('databases[0].replicas[0]')]);
    expect(refused((fleet) => fleet.database({ ...members, operatorNamespace: 'istio-system' }))).toEqual([
      message('databases[0].operatorNamespace'),
    ]);
  });

  test('is where the fleet says; elsewhere its usual name is one like others', () => {
    const more = { istioNamespace: 'mesh' };
    expect(refused((fleet) => fleet.offer(hello(a, b, { namespace: 'mesh' })), more)).toEqual([
      message('offers[0].namespace', 'mesh'),
    ]);
    const fleet = fleetOf([a, b], more);
    fleet.offer(hello(a, b, { namespace: 'istio-system' }));
    expect(validate(fleet)).toEqual([]);
  });

  test('may hold the clients of a database: the ingress gateway, say', () => {
    const fleet = fleetOf([a, b]);
    fleet.database({
      name: 'db',
      source: a.namespace('x'),
      replicas: [],
      clients: [a.namespace('istio-system')],
    });
    expect(() => new FleetManifests(fleet).render()).not.toThrow();
  });
});
