import {
  CaSource,
  Cluster,
  type ClusterProps,
  Fleet,
  FleetManifests,
  Offer,
  Protocol,
  type ServiceOfferProps,
} from '../../lib';
import { ofKind, only, refusal } from '../support/objects';
import { filesOf, objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

// clusters whose proxies another cluster's istiod configures

const hub = new Cluster({ name: 'hub', network: 'net-hub', gatewayAddress: '203.0.113.1' });
const remote = (name: string, more: Partial<ClusterProps> = {}) =>
  new Cluster({
    ...{ name, network: `net-${name}`, primary: hub },
    ...{ gatewayAddress: `gw.${name}.example.com`, apiServer: `https://api.${name}.example.com` },
    ...more,
  });
const edge = remote('edge');
const leaf = remote('leaf');
const service = (from: Cluster, to: Cluster[], more: Partial<ServiceOfferProps> = {}) =>
  Offer.service({
    from,
    namespace: 'shop',
    name: 'web',
    podLabels: { app: 'web' },
    port: 80,
    protocol: Protocol.HTTP,
    to: to.map((one) => one.namespace('shop')),
    ...more,
  });
const fleetOf = (clusters: Cluster[], ...offers: Offer[]) => {
  const fleet = new Fleet({ meshId: 'm', clusters });
  for (const one of offers) fleet.offer(one);
  return fleet;
};
const all = () =>
  fleetOf(
    [hub, edge, leaf],
    service(hub, [edge, leaf]),
    service(edge, [hub, leaf]),
    service(leaf, [hub, edge]),
  );
const names = (objects: ReturnType<typeof objectsIn>, kind: string) =>
  ofKind(objects, kind).map(({ metadata }) => metadata.name);

test('Istio’s objects for the remotes are in the primary, each once', () => {
  const inHub = objectsIn(all(), 'hub');
  for (const kind of ['AuthorizationPolicy', 'PeerAuthentication'])
    expect(names(inHub, kind)).toEqual(['web']);
  expect(names(inHub, 'DestinationRule').sort()).toEqual([
    'web.edge',
    'web.hub',
    'web.leaf',
    'web.shop.edge',
    'web.shop.hub',
    'web.shop.leaf',
  ]);
  for (const kind of [
    'AuthorizationPolicy',
    'PeerAuthentication',
    'DestinationRule',
    'Gateway',
    'ServiceEntry',
  ])
    expect(names(objectsIn(all(), 'edge'), kind)).toEqual([]);
});

test('each gateway passes its own cluster’s hosts through', () => {
  const gateways = ofKind(objectsIn(all(), 'hub'), 'Gateway').filter(
    ({ spec }) => spec.servers[0].port.number === 15443,
  );
  expect(gateways.map(({ metadata, spec }) => [metadata.name, spec.selector])).toEqual([
    ['cross-network-gateway', { istio: 'eastwestgateway', 'topology.istio.io/network': 'net-hub' }],
    ['cross-network-gateway-edge', { istio: 'eastwestgateway', 'topology.istio.io/network': 'net-edge' }],
    ['cross-network-gateway-leaf', { istio: 'eastwestgateway', 'topology.istio.io/network': 'net-leaf' }],
  ]);
});

test('the primary’s gateway leads to istiod by its own name and nothing else, though it offers nothing', () => {
  const found = objectsIn(fleetOf([hub, edge]), 'hub');
  expect(only(found, 'Service').spec.ports.map(({ port }: { port: number }) => port)).toEqual([
    15021, 15443, 15012, 15017,
  ]);
  const { spec } = only(found, 'Gateway');
  expect(spec.servers).toEqual([
    {
      port: { number: 15012, name: 'tls-istiod', protocol: 'TLS' },
      tls: { mode: 'PASSTHROUGH' },
      hosts: ['istiod.istio-system.svc'],
    },
    {
      port: { number: 15017, name: 'tls-istiodwebhook', protocol: 'TLS' },
      tls: { mode: 'PASSTHROUGH' },
      hosts: ['istiod.istio-system.svc'],
    },
  ]);
  const [xds, webhook] = only(found, 'VirtualService').spec.tls;
  expect([xds.match[0].port, xds.route[0].destination.port.number]).toEqual([15012, 15012]);
  expect([webhook.match[0].port, webhook.route[0].destination.port.number]).toEqual([15017, 443]);
});

test('a fleet without remotes exposes no istiod', () => {
  const found = objectsIn(fleetOf([hub, new Cluster({ name: 'b', network: 'b' })]), 'hub');
  expect(ofKind(found, 'Service')).toEqual([]);
});

test('who reads whom: the primary its remotes, they nobody', () => {
  const inHub = objectsIn(all(), 'hub');
  expect(names(inHub, 'ConfigMap')).toEqual([
    'cacerts-required',
    'istio-remote-secret-edge-required',
    'istio-remote-secret-leaf-required',
  ]);
  expect(names(inHub, 'Secret')).toEqual([]);
  const inEdge = objectsIn(all(), 'edge');
  expect(names(inEdge, 'Secret')).toEqual(['istio-reader-service-account-istio-remote-secret-token']);
  expect(names(inEdge, 'ConfigMap')).toEqual([]);
});

test('in a fleet with discovery too: a remote has no istiod that could read', () => {
  const apart = new Cluster({ name: 'apart', network: 'apart', apiServer: 'https://203.0.113.4' });
  const open = new Cluster({
    ...{ name: 'hub', network: 'net-hub', gatewayAddress: '203.0.113.1' },
    apiServer: 'https://203.0.113.5',
  });
  const fleet = new Fleet({
    ...{ meshId: 'm', discovery: true },
    clusters: [open, remote('edge', { primary: open }), apart],
  });
  const required = (cluster: string) =>
    names(objectsIn(fleet, cluster), 'ConfigMap').filter((name) => name !== 'cacerts-required');
  expect(required('hub')).toEqual([
    'istio-remote-secret-edge-required',
    'istio-remote-secret-apart-required',
  ]);
  expect(required('apart')).toEqual([
    'istio-remote-secret-hub-required',
    'istio-remote-secret-edge-required',
  ]);
  expect(required('edge')).toEqual([]);
});

test('the remote says whose istiod may configure it, and the primary that it does so', () => {
  const files = filesOf(new FleetManifests(all()));
  const [system] = ofKind(objectsIn(all(), 'edge'), 'Namespace');
  expect(system.metadata.annotations).toMatchObject({ 'topology.istio.io/controlPlaneClusters': 'hub' });
  expect(files['install/edge/istio.yaml']).toBe(`apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata:
  name: edge
  namespace: istio-system
spec:
  profile: remote
  values:
    global:
      meshID: m
      multiCluster:
        clusterName: edge
      network: net-edge
      remotePilotAddress: '203.0.113.1'
    istiodRemote:
      injectionPath: /inject/cluster/edge/net/net-edge
`);
  expect(files['install/hub/istio.yaml']).toContain('externalIstiod: true');
});

test('namespaces of remotes are in the primary too: Istio’s objects are in them', () => {
  const fleet = fleetOf([hub, edge, leaf], service(edge, [leaf], { namespace: 'far' }));
  expect(names(objectsIn(fleet, 'hub'), 'Namespace')).toEqual(['istio-system', 'far', 'shop']);
});

describe('pods by name under one istiod', () => {
  const statefulSet = (namespace: string, to: string) =>
    Offer.statefulSet({
      from: hub,
      ...{ namespace, name: 'queue', replicas: 2, port: 5672, protocol: Protocol.TCP },
      to: [edge.namespace(to), leaf.namespace(to)],
    });

  test('both entries are in the primary, the consumers’ once for both remotes', () => {
    const found = ofKind(
      objectsIn(fleetOf([hub, edge, leaf], statefulSet('shop', 'desk')), 'hub'),
      'ServiceEntry',
    );
    expect(found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'shop/queue-0',
      'shop/queue-1',
      'desk/queue-0.shop.hub',
      'desk/queue-1.shop.hub',
    ]);
  });

  test('not between namespaces of one name: their entries would be in one', () => {
    expect(refusal(() => requireValid(fleetOf([hub, edge, leaf], statefulSet('shop', 'shop'))))).toContain(
      "offers[0].to[0]: must not be of the offer's own namespace: one istiod configures 'hub' and 'edge', got namespace 'shop'; use a namespace of another name there, or offer the Service (Offer.service)",
    );
  });
});

describe('refused', () => {
  const errors = (clusters: Cluster[], ...offers: Offer[]) =>
    refusal(() => requireValid(fleetOf(clusters, ...offers)));

  test('a primary without a gateway’s address', () => {
    const closed = new Cluster({ name: 'closed', network: 'c' });
    expect(errors([closed, remote('r', { primary: closed })])).toEqual([
      "clusters[0].gatewayAddress: must be an IP address, because 'r' reaches the istiod of 'closed' there, got nothing; give the address under which the other clusters reach its east-west gateway",
    ]);
  });

  test('a primary that is reached by a DNS name', () => {
    const named = new Cluster({ name: 'named', network: 'n', gatewayAddress: 'gw.named.example.com' });
    expect(errors([named, remote('r', { primary: named })])).toEqual([
      "clusters[0].gatewayAddress: must be an IP address, because 'r' reaches the istiod of 'named' there: at a DNS name its API server calls istiod's webhook on port 443, and the gateway has it on 15017, got 'gw.named.example.com'; give an IP address of the gateway, such as a static one of its load balancer",
    ]);
  });

  test('a primary that is none of the fleet, or has a primary itself', () => {
    expect(errors([edge])).toEqual([
      "clusters[0].primary: must be a cluster of the fleet (edge), got 'hub'; add it to the fleet's clusters, or use one of them",
    ]);
    expect(errors([hub, edge, remote('r', { primary: edge })])).toEqual([
      "clusters[2].primary: must have an istiod of its own, got 'edge', whose primary is 'hub'; name 'hub' for both",
    ]);
    expect(errors([remote('r', { primary: 'hub' as never })])[0]).toMatch(
      /^clusters\[0\]\.primary: must be a Cluster, got 'hub'/,
    );
  });

  test('a remote whose API server nobody reaches, or with a certificate that nobody uses', () => {
    const [silent] = errors([hub, remote('r', { apiServer: undefined })]);
    expect(silent).toMatch(/^clusters\[1\]\.apiServer: must be an https URL/);
    expect(errors([hub, remote('r', { ca: CaSource.outOfBand() })])).toEqual([
      "clusters[1].ca: must be left out of a cluster with a primary, whose istiod signs for it, got a CaSource; give it to 'hub'",
    ]);
  });

  test('two workloads of one name and namespace under one istiod', () => {
    const group = (from: Cluster, to: Cluster) =>
      Offer.group({
        ...{ from, namespace: 'shop', name: 'cache', podLabels: { app: 'cache' }, port: 6379 },
        ...{ protocol: Protocol.TCP, host: `cache.${from.name}.global`, to: [to.namespace('desk')] },
      });
    expect(errors([hub, edge], group(hub, edge), group(edge, hub))).toEqual([
      "offers[1]: must not have name and namespace of offers[0]: one istiod configures both clusters, got 'cache' in namespace 'shop'; call one of them otherwise, or offer both as Services (Offer.service)",
    ]);
  });

  test('callers of one namespace under one istiod that are reached in two ways', () => {
    const near = remote('near', { network: 'net-far' });
    const far = new Cluster({
      ...{ name: 'far', network: 'net-far', gatewayAddress: '203.0.113.7' },
      nodeAddresses: ['203.0.113.8'],
    });
    const offer = Offer.group({
      ...{ from: far, namespace: 'shop', name: 'cache', podLabels: { app: 'cache' }, port: 6379 },
      ...{
        protocol: Protocol.TCP,
        host: 'cache.global',
        to: [hub.namespace('desk'), near.namespace('desk')],
      },
    });
    expect(errors([hub, near, far], offer)).toEqual([
      "offers[0].to[1]: must be reached the same way as namespace 'desk' of 'hub', with which it has one istiod, got 'nodePort', and there 'eastWestGateway'; use a namespace of another name, or say `via` for both",
    ]);
  });
});
