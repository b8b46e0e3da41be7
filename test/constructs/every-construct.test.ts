import { ApiObject, App, Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { CaSource, EastWestGateway, OfferedServiceEntry, Protocol, RemoteSecretSource } from '../../lib';
import { CONSTRUCTS, SOUND_PROPS } from '../support/constructs';

type Made = Construct & { readonly namespace?: string };
type Props = { [name: string]: unknown };

/** A construct in a chart that has a namespace of its own. */
function make(name: string, props: Props): Made {
  const chart = new Chart(new App(), 'test', { namespace: 'of-chart' });
  const ConstructClass = CONSTRUCTS[name] as NonNullable<(typeof CONSTRUCTS)[string]>;
  return new ConstructClass(chart, 'x', props as never);
}

function without(props: Props, ...names: string[]): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !names.includes(name)));
}

const NAMES = Object.keys(CONSTRUCTS).sort();

test('the tests below know sound props for every construct that the library exports', () => {
  expect(NAMES.length).toBeGreaterThan(20);
  expect(Object.keys(SOUND_PROPS).sort()).toEqual(NAMES);
});

test.each(NAMES)('%s has a default child, in the namespace that it says', (name) => {
  const construct = make(name, SOUND_PROPS[name] ?? {});
  const child = construct.node.defaultChild as ApiObject;
  expect(child.node.id).toBe('Resource');
  expect(ApiObject.of(construct)).toBe(child);
  expect(child.metadata.namespace).toBe(construct.namespace);
  expect(construct.namespace).toBe('x');
});

const external = { storeName: 'x', remoteKey: 'x' };

test.each([
  ['SharedCaSecret', CaSource.outOfBand(), 'ConfigMap'],
  ['SharedCaSecret', CaSource.externalSecret(external), 'ExternalSecret'],
  ['SharedCaSecret', CaSource.certManager({ issuerName: 'x' }), 'Certificate'],
  ['SharedCaSecret', CaSource.certManager({ issuerName: 'x', caSecretName: 'y' }), 'Certificate'],
  ['RemoteSecret', RemoteSecretSource.outOfBand(), 'ConfigMap'],
  ['RemoteSecret', RemoteSecretSource.externalSecret(external), 'ExternalSecret'],
])('%s from %p: the default child is the %s', (name, source, kind) => {
  expect(ApiObject.of(make(name, { ...SOUND_PROPS[name], source })).kind).toBe(kind);
});

// what belongs to istiod or to the east-west gateway, MetalLB's own, and what has to be said
const NAMESPACES: { readonly [name: string]: string | undefined } = {
  ...{ EastWestGateway: 'istio-system', CrossNetworkGateway: 'istio-system', IstiodGateway: 'istio-system' },
  ...{ GatewayNetworkPolicy: 'istio-system', MeshNetworks: 'istio-system', SharedCaSecret: 'istio-system' },
  ...{ RemoteSecret: 'istio-system', RemoteSecretToken: 'istio-system', AddressPool: 'metallb-system' },
  IngressRoute: undefined,
};

test.each(NAMES.filter((name) => name !== 'IngressRoute'))(
  '%s is in its own namespace or in the chart’s, by one rule',
  (name) => {
    const construct = make(name, without(SOUND_PROPS[name] ?? {}, 'namespace'));
    const expected = NAMESPACES[name] ?? 'of-chart';
    expect([construct.namespace, ApiObject.of(construct).metadata.namespace]).toEqual([expected, expected]);
  },
);

test('a gateway and the entries for it agree, each in a chart with another namespace', () => {
  const app = new App();
  const gateways = new Chart(app, 'gateways', { namespace: 'gateways' });
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const entry = new OfferedServiceEntry(shop, 'web', {
    ...{ host: 'web-0.web.shop.svc.cluster.local', port: 80, protocol: Protocol.HTTP },
    podLabels: { app: 'web' },
  });
  const gateway = new EastWestGateway(gateways, 'eastwest', { network: 'n', hosts: [entry.host] });
  const namespaces = Testing.synth(gateways).map(({ metadata }) => metadata.namespace);
  expect(new Set(namespaces)).toEqual(new Set([gateway.namespace]));
  for (const { spec, metadata } of Testing.synth(shop)) {
    expect(spec.exportTo).toEqual([gateway.namespace]);
    expect(metadata.namespace).toBe('shop');
  }
});

/** What others need of each construct, made from its sound props. */
const EXPOSED: { readonly [name: string]: Props } = {
  AddressPool: { name: 'x' },
  CrossClusterServiceEntry: { host: 'a.b', port: 80, name: 'x' },
  CrossNetworkGateway: { hosts: ['a.b'], name: 'x' },
  DefaultDeny: { name: 'x' },
  DiscoveredServiceRule: { host: 'a.b', subsets: ['x'], name: 'x' },
  EastWestGateway: {
    ...{ name: 'x', network: 'n', hosts: ['a.b'] },
    selector: { istio: 'eastwestgateway', 'topology.istio.io/network': 'n' },
  },
  GatewayNetworkPolicy: { name: 'x' },
  IngressGateway: { name: 'x', selector: { istio: 'x' } },
  IngressRoute: { host: 'a.b', name: 'x' },
  IstiodGateway: { host: 'istiod-x.x.svc', serviceName: 'istiod-x', name: 'istiod-gateway' },
  MeshNetworks: {
    name: 'istio-x',
    helmValues: { global: { meshNetworks: { a: { endpoints: [{ fromRegistry: 'a' }] } } } },
  },
  NamespaceSidecar: { name: 'x' },
  NodePortService: { name: 'x', nodePort: 30080 },
  OfferedNetworkPolicy: { name: 'x' },
  OfferedServiceEntry: {
    ...{ host: 'a.b', port: 80, sni: 'outbound_.80_._.a.b', gatewayNamespace: 'x', name: 'x' },
  },
  OfferedWorkloadPolicy: { name: 'x' },
  OperatorNetworkPolicy: { name: 'pxc-operator-webhook' },
  PartitionedServiceHost: { host: 'a.global', port: 80, name: 'x' },
  PxcNetworkPolicy: { name: 'db-pxc', haproxyName: 'db-haproxy' },
  PxcReplicaSet: {
    ...{ name: 'db', secretsName: 'db-secrets' },
    ...{ serviceName: 'db-haproxy', host: 'db-haproxy.x.svc.cluster.local', podServiceName: 'db-pxc' },
    podHosts: [0, 1, 2].map((pod) => `db-pxc-${pod}.db-pxc.x.svc.cluster.local`),
    podLabels: {
      'app.kubernetes.io/component': 'pxc',
      'app.kubernetes.io/instance': 'db',
      'app.kubernetes.io/name': 'percona-xtradb-cluster',
    },
    ...{ serviceAccountName: 'db-pxc', haproxyServiceAccountName: 'db-haproxy' },
  },
  RemoteSecret: { secretName: 'istio-remote-secret-x' },
  RemoteSecretToken: { secretName: 'x-istio-remote-secret-token', account: 'x' },
  SharedCaSecret: { secretName: 'cacerts' },
  WorkloadPortPolicy: { name: 'x' },
};

test.each(NAMES)('%s exposes what others need of it, and nothing else', (name) => {
  const construct = make(name, SOUND_PROPS[name] ?? {});
  expect(without({ ...construct }, 'node')).toEqual({ namespace: 'x', ...EXPOSED[name] });
});

test.each(NAMES)('%s with errors has no children', (name) => {
  for (const props of [null, 'x', [], { unknown: 1 }, { ...SOUND_PROPS[name], namespace: Symbol('x') }]) {
    const construct = make(name, props as never);
    expect(construct.node.validate()).not.toEqual([]);
    expect(construct.node.children).toEqual([]);
  }
});
