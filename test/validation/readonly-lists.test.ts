import {
  AddressPool,
  type AddressPoolProps,
  Cluster,
  type ClusterProps,
  CrossClusterServiceEntry,
  type CrossClusterServiceEntryProps,
  CrossNetworkGateway,
  type CrossNetworkGatewayProps,
  type DatabaseProps,
  DiscoveredServiceRule,
  type DiscoveredServiceRuleProps,
  EastWestGateway,
  Fleet,
  FleetManifests,
  GatewayNetworkPolicy,
  type GatewayNetworkPolicyProps,
  MeshNetworks,
  type MeshNetworksProps,
  NamespaceSidecar,
  type NamespaceSidecarProps,
  Offer,
  OfferedNetworkPolicy,
  OfferedWorkloadPolicy,
  type OfferedWorkloadPolicyProps,
  Protocol,
  PxcNetworkPolicy,
  type PxcNetworkPolicyProps,
  PxcReplicaSet,
  type PxcReplicaSetProps,
  ReplicationChannel,
  type ServiceOfferProps,
} from '../../lib';
import { synth } from '../support/objects';

// Lists are read and never changed: what `as const` and Object.freeze make is taken. `tsc` checks the first, Jest the second.

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
    for (const entry of Object.values(value)) frozen(entry);
    return Object.freeze(value);
  }
  return value;
}

const east = new Cluster(
  frozen({
    ...{ name: 'east', network: 'n1', gatewayAddress: '203.0.113.1', apiServer: 'https://203.0.113.2' },
    nodeAddresses: ['203.0.113.3'],
    addressPool: ['203.0.113.0/29'],
    registryOnlyNamespaces: ['desk'],
    gateway: { loadBalancerSourceRanges: ['198.51.100.0/24'], externalTrafficPolicy: 'Local' },
  } as const satisfies ClusterProps),
);
const west = new Cluster(
  frozen({
    ...{ name: 'west', network: 'n2', gatewayAddress: '203.0.113.9', apiServer: 'https://203.0.113.10' },
  } as const),
);

const callers = frozen([west.namespace('shop-dr')] as const);
const service = frozen({
  ...{
    from: east,
    namespace: 'shop',
    name: 'web',
    podLabels: { app: 'web' },
    port: 80,
    protocol: Protocol.HTTP,
  },
  to: callers,
  localNamespaces: ['desk'],
} as const satisfies ServiceOfferProps);
const database = frozen({
  ...{ name: 'db', source: east.namespace('data') },
  replicas: [west.namespace('data-dr')],
  clients: [east.namespace('desk')],
} as const satisfies DatabaseProps);

test('a fleet of frozen lists is written', () => {
  const fleet = new Fleet(frozen({ meshId: 'm', clusters: [east, west], discovery: true } as const));
  fleet.offer(Offer.service(service));
  fleet.offer(
    Offer.statefulSet(
      frozen({
        ...{ from: west, namespace: 'demo', name: 'hello', replicas: 1, port: 80, protocol: Protocol.TCP },
        to: [east.namespace('desk')],
      } as const),
    ),
  );
  fleet.database(database);
  expect(new FleetManifests(fleet).render().length).toBeGreaterThan(10);
});

test('constructs take frozen lists', () => {
  const entry = frozen({
    ...{ host: 'a.b', port: 80, protocol: Protocol.TCP },
    endpoints: [{ address: '203.0.113.1' }],
  } as const satisfies CrossClusterServiceEntryProps);
  const hosts = frozen({ network: 'n', hosts: ['a.b'] } as const satisfies CrossNetworkGatewayProps);
  const discovered = frozen({
    ...{ host: 'a.b', name: 'x', subsets: ['east'], exportTo: ['.'] },
  } as const satisfies DiscoveredServiceRuleProps);
  const policy = frozen({
    ...{ name: 'x', podLabels: { app: 'x' }, port: 80, snis: ['a.b'] },
    principals: ['td/ns/x/sa/y'],
  } as const satisfies OfferedWorkloadPolicyProps);
  const pool = frozen({ addresses: ['203.0.113.0/29'] } as const satisfies AddressPoolProps);
  const ranges = frozen({ sourceRanges: ['198.51.100.0/24'] } as const satisfies GatewayNetworkPolicyProps);
  const networks = frozen({ clusters: [east, west] } as const satisfies MeshNetworksProps);
  const sidecar = frozen({ hosts: ['x/y.z'] } as const satisfies NamespaceSidecarProps);
  const clients = frozen({ name: 'db', clientNamespaces: ['x'] } as const satisfies PxcNetworkPolicyProps);
  const local = frozen({
    ...policy,
    snis: undefined,
    principals: undefined,
    localNamespaces: ['x'],
  } as const);
  const replica = ReplicationChannel.replica(frozen({ name: 'c', sources: [{ host: 'a.b' }] } as const));
  const replicaSet = frozen({ name: 'db', channels: [replica] } as const satisfies PxcReplicaSetProps);

  const objects = synth((chart) => {
    new AddressPool(chart, 'pool', pool);
    new CrossClusterServiceEntry(chart, 'entry', entry);
    new CrossNetworkGateway(chart, 'hosts', hosts);
    new DiscoveredServiceRule(chart, 'discovered', discovered);
    new EastWestGateway(chart, 'gateway', { ...hosts, ...east.gateway });
    new GatewayNetworkPolicy(chart, 'ranges', ranges);
    new MeshNetworks(chart, 'networks', networks);
    new NamespaceSidecar(chart, 'sidecar', sidecar);
    new OfferedNetworkPolicy(chart, 'local', local);
    new OfferedWorkloadPolicy(chart, 'policy', policy);
    new PxcNetworkPolicy(chart, 'clients', clients);
    new PxcReplicaSet(chart, 'db', replicaSet);
  });
  expect(objects.length).toBeGreaterThan(20);
});
