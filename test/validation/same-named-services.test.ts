import { Cluster, Fleet, FleetManifests, Offer, Protocol, type ServiceOfferProps } from '../../lib';
import { lowerOffer } from '../../lib/offers/kinds';
import { type AnyObject, ofKind, only, refusal } from '../support/objects';
import { objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

// Services of one name in several clusters

const site = (name: string, network: string, address: string) =>
  new Cluster({ name, network, gatewayAddress: address, apiServer: `https://${address}:6443` });
const east = site('east', 'lan', '203.0.113.1');
const west = site('west', 'lan', '203.0.113.2');
const north = site('north', 'far', '203.0.113.3');
const HOST = 'web.shop.svc.cluster.local';

const offer = (from: Cluster, more: Partial<ServiceOfferProps> = {}) =>
  Offer.service({
    from,
    namespace: 'shop',
    name: 'web',
    podLabels: { app: 'web' },
    port: 8080,
    protocol: Protocol.HTTP,
    to: [east, west, north].filter((one) => one !== from).map((one) => one.namespace('shop')),
    ...more,
  });
const fleetOf = (...offers: Offer[]) => {
  const fleet = new Fleet({ meshId: 'm', clusters: [east, west, north], discovery: true });
  for (const one of offers) fleet.offer(one);
  return fleet;
};
const named = (from: Cluster, more: Partial<ServiceOfferProps> = {}) =>
  offer(from, { clusterHost: `web.shop.svc.${from.name}.global`, ...more });
const subsets = (rules: AnyObject[]) =>
  rules.map(({ metadata, spec }) => [metadata.namespace, spec.host, spec.exportTo[0], spec.subsets]);

describe('a name for one cluster’s part', () => {
  const objects = () => objectsIn(fleetOf(named(east), named(west)), 'north');

  test('resolves, has no endpoint of its own, and leads to the part', () => {
    const host = 'web.shop.svc.east.global';
    const entry = ofKind(objects(), 'ServiceEntry').find(({ spec }) => spec.hosts[0] === host);
    expect(entry.metadata.namespace).toBe('shop');
    expect(entry.spec).toEqual({
      hosts: [host],
      exportTo: ['.'],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: [{ number: 8080, name: 'http', protocol: 'HTTP' }],
    });
    const route = ofKind(objects(), 'VirtualService').find(({ spec }) => spec.hosts[0] === host);
    expect(route.spec).toEqual({
      hosts: [host],
      exportTo: ['.'],
      http: [{ route: [{ destination: { host: HOST, subset: 'east', port: { number: 8080 } } }] }],
    });
  });

  test('a byte stream is routed as one', () => {
    const tcp = { protocol: Protocol.TCP };
    const { spec } = only(objectsIn(fleetOf(named(east, tcp)), 'north'), 'VirtualService');
    expect(Object.keys(spec)).toEqual(['exportTo', 'hosts', 'tcp']);
  });

  test('the caller and the gateway know the part by the same name', () => {
    const part = { name: 'east', labels: { 'topology.istio.io/cluster': 'east' } };
    const fleet = fleetOf(named(east), offer(west));
    expect(subsets(ofKind(objectsIn(fleet, 'north'), 'DestinationRule'))).toEqual([
      ['shop', HOST, '.', [part]],
      ['shop', HOST, '.', undefined],
    ]);
    const atGateway = ofKind(objectsIn(fleet, 'east'), 'DestinationRule').filter(
      ({ spec }) => spec.exportTo[0] === 'istio-system',
    );
    expect(subsets(atGateway)).toEqual([['shop', HOST, 'istio-system', [part]]]);
    expect(lowerOffer(fleet.offers[0] as Offer).hosts.map(({ sni }) => sni)).toEqual([
      `outbound_.8080_._.${HOST}`,
      `outbound_.8080_.east_.${HOST}`,
    ]);
  });

  test('the gateway lists the Service once, and its policy each caller once', () => {
    const found = objectsIn(fleetOf(named(east)), 'east');
    expect(only(found, 'Gateway').spec.servers[0].hosts).toEqual([HOST]);
    expect(only(found, 'AuthorizationPolicy').spec.rules[0].from[0].source.notPrincipals).toEqual([
      'cluster.local/ns/shop/sa/*',
    ]);
  });
});

describe('refused', () => {
  const errors = (...offers: Offer[]) => refusal(() => requireValid(fleetOf(...offers)));

  test.each([
    ['port', { port: 9090 }, '8080', '9090'],
    ['protocol', { protocol: Protocol.TCP, portName: 'http' }, "'http'", "'tcp'"],
    ['portName', { portName: 'web' }, "'http'", "'web'"],
    ['idleTimeoutSeconds', { idleTimeoutSeconds: 60 }, '86400', '60'],
    ['targetPort', { targetPort: 9090 }, '8080', '9090'],
    ['serviceAccount', { serviceAccount: 'web' }, "'default'", "'web'"],
  ])('same-named Services that differ in %s', (setting, more, first, second) => {
    expect(errors(offer(east), offer(west, more))).toEqual([
      `offers[1].${setting}: must be ${first}, as in offers[0]: Services of one name are one to the mesh, got ${second}; give both the same, or call one of the Services otherwise`,
    ]);
  });

  test('same-named Services of which only one lets somebody in', () => {
    expect(errors(offer(east), offer(west, { to: [north.namespace('desk')] }))).toEqual([
      "offers[1].to: must let in the same callers as offers[0], because the mesh balances each of them over both Services, got namespace 'desk', which that does not; name the same namespaces in both, in `to` or in `localNamespaces`, or call one of the Services otherwise",
    ]);
    const account = north.namespace('shop').serviceAccount('till');
    expect(errors(offer(east, { to: [account] }), offer(west))).toEqual([
      expect.stringContaining("got no namespace 'shop' as 'till'; name the same"),
    ]);
  });

  test('one name for the parts of two clusters', () => {
    const clusterHost = 'web.global';
    expect(errors(offer(east, { clusterHost }), offer(west, { clusterHost }))).toEqual([
      "offers[1]: must offer a host once, got host web.global in namespace shop of cluster north, which offers[0] offers too; put all callers into one offer's `to`",
    ]);
  });

  test('a name that a real Service or pod has, or under which a cluster is reached', () => {
    expect(errors(offer(east, { clusterHost: 'web.shop.svc.cluster.local' }))).toEqual([
      "offers[0].clusterHost: must be a DNS name that does not end in .local, .svc or localhost, and no IP address, got 'web.shop.svc.cluster.local'; choose one that no Service has, such as 'cluster-a.global'",
    ]);
    const gateway = new Cluster({
      name: 'g',
      network: 'g',
      gatewayAddress: 'gw.example.com',
      apiServer: 'https://api.example.com',
    });
    for (const clusterHost of ['gw.example.com', 'api.example.com']) {
      const fleet = new Fleet({ meshId: 'm', clusters: [gateway, north], discovery: true });
      fleet.offer(offer(gateway, { clusterHost, to: [north.namespace('shop')] }));
      expect(refusal(() => requireValid(fleet))).toEqual([
        `offers[0]: must not be dialled by a name that a cluster is reached under, which the mesh would then lead to the pods, got '${clusterHost}', an address of 'g'; choose a name that nothing has`,
      ]);
    }
  });
});

test('what joins a fleet after its manifests were made is missed, and said so', () => {
  const fleet = fleetOf(offer(east));
  const manifests = new FleetManifests(fleet);
  fleet.offer(offer(west));
  expect(refusal(() => manifests.render())).toEqual([
    "fleet: must be complete before its FleetManifests are made (it had 1 offers, databases' included), got 2 offers; move `new FleetManifests(fleet)` below the last offer and database",
  ]);
});
