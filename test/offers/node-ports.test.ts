import fc from 'fast-check';
import { Cluster, Fleet, NetworkPath, Offer, Protocol, type StatefulSetOfferProps } from '../../lib';
import { plan } from '../../lib/plan/plan';
import { ofKind, refusal } from '../support/objects';
import { objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

const a = new Cluster({ name: 'a', network: 'wan', nodeAddresses: ['192.0.2.1'] });
const b = new Cluster({ name: 'b', network: 'wan' });
let count = 0;
const offer = (more: Partial<StatefulSetOfferProps> = {}) =>
  Offer.statefulSet({
    from: a,
    namespace: 'shop',
    name: `s${count++}`,
    replicas: 3,
    port: 3306,
    protocol: Protocol.TCP,
    to: [b.namespace('shop-b')],
    ...more,
  });
const fleetOf = (...offers: Offer[]) => {
  const fleet = new Fleet({ meshId: 'm', clusters: [a, b] });
  for (const one of offers) fleet.offer(one);
  return fleet;
};
function nodePortsOf(fleet: Fleet, offer: Offer): readonly number[] {
  const { offered, offeredNodePorts } = plan(fleet).clusterPlan(offer.from);
  const found = offered.find((one) => one.offer === offer);
  return (found && offeredNodePorts.get(found)) ?? [];
}
const at = (firstNodePort: number) => ({ via: NetworkPath.nodePort({ firstNodePort }) });

test('each host gets a port that begins with the offered port’s last digits', () => {
  const [mysql, web] = [offer(), offer({ port: 8080, replicas: 2 })];
  const fleet = fleetOf(mysql, web);
  expect(nodePortsOf(fleet, mysql)).toEqual([30306, 30307, 30308]);
  expect(nodePortsOf(fleet, web)).toEqual([30080, 30081]);
});

test('the next offer of the same port gets the next free run, and one that is asked for is left alone', () => {
  const [first, second, asked] = [offer(), offer(), offer(at(30310))];
  const fleet = fleetOf(first, second, asked);
  expect(nodePortsOf(fleet, asked)).toEqual([30310, 30311, 30312]);
  expect(nodePortsOf(fleet, first)).toEqual([30306, 30307, 30308]);
  // 30309 alone is too short a run
  expect(nodePortsOf(fleet, second)).toEqual([30313, 30314, 30315]);
});

test('a run that does not fit before the end begins again at the first port', () => {
  const [full, late] = [offer({ ...at(30999), replicas: 1000 }), offer({ port: 1999, replicas: 900 })];
  const fleet = fleetOf(full, late, offer({ ...at(31999), replicas: 769 }));
  expect(nodePortsOf(fleet, late).slice(0, 1)).toEqual([30000]);
});

test('whatever is offered, no two hosts share a port, and an offer at the end moves no other', () => {
  const offers = fc.array(
    fc.record({ port: fc.integer({ min: 1, max: 65535 }), replicas: fc.integer({ min: 1, max: 40 }) }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(offers, (list) => {
      const made = list.map((props) => offer(props));
      const fleet = fleetOf(...made);
      const before = made.map((one) => nodePortsOf(fleet, one));
      const ports = before.flat();
      expect(new Set(ports).size).toBe(list.reduce((sum, { replicas }) => sum + replicas, 0));
      expect(ports.every((port) => port >= 30000 && port <= 32767)).toBe(true);
      fleet.offer(offer());
      expect(made.map((one) => nodePortsOf(fleet, one))).toEqual(before);
    }),
  );
});

test('Services and entries agree on every port', () => {
  const fleet = fleetOf(offer({ name: 'db', service: 'db' }));
  const services = ofKind(objectsIn(fleet, 'a'), 'Service');
  expect(
    services.map(({ metadata, spec }) => [metadata.name, spec.selector, spec.ports[0].nodePort]),
  ).toEqual(
    [0, 1, 2].map((n) => [
      `db-${n}-nodeport`,
      { 'statefulset.kubernetes.io/pod-name': `db-${n}` },
      30306 + n,
    ]),
  );
  const entries = ofKind(objectsIn(fleet, 'b'), 'ServiceEntry');
  expect(entries.map(({ spec }) => [spec.hosts[0], spec.endpoints[0].ports])).toEqual(
    [0, 1, 2].map((n) => [`db-${n}.db.shop.svc.cluster.local`, { tcp: 30306 + n }]),
  );
});

test('no gateway is made where nobody comes through one', () => {
  const objects = objectsIn(fleetOf(offer()), 'a');
  expect(ofKind(objects, 'Gateway')).toEqual([]);
  expect(ofKind(objects, 'ServiceEntry')).toEqual([]);
});

describe('refused', () => {
  const refused = (...offers: Offer[]) => refusal(() => requireValid(fleetOf(...offers)));

  test('ports that overlap, and ports beyond the range', () => {
    expect(
      refused(
        offer(at(30500)),
        offer(at(30502)),
        offer(at(32766)),
        offer({ via: NetworkPath.nodePort({ firstNodePort: 80 }) }),
      ),
    ).toEqual(
      [
        'offers[1].via.firstNodePort: must leave the node ports of offers[0] alone, got 30502 to 30504; choose another, or leave it out to be given free ones',
        'offers[2].via.firstNodePort: must begin a run of ports that ends at 32767 or before, got 32766 to 32768; choose another, or leave it out to be given free ones',
        "offers[3].via.firstNodePort: must be a whole number from 30000 to 32767, got 80; stay in Kubernetes' default range for node ports",
      ].sort(),
    );
  });

  test('a cluster whose nodes nobody can name', () => {
    const lonely = new Cluster({ name: 'c', network: 'wan' });
    const fleet = new Fleet({ meshId: 'm', clusters: [lonely, b] });
    fleet.offer(offer({ from: lonely }));
    expect(refusal(() => requireValid(fleet))).toEqual([
      "clusters[0].nodeAddresses: must be a list of addresses, because the cluster offers something by node port (offers[0]), got nothing for 'c'; give the addresses under which the other clusters reach its nodes",
    ]);
  });

  test('a gateway between clusters of one network', () => {
    const gateway = new Cluster({ name: 'g', network: 'wan', gatewayAddress: '203.0.113.1' });
    const fleet = new Fleet({ meshId: 'm', clusters: [gateway, b] });
    fleet.offer(offer({ from: gateway, via: NetworkPath.eastWestGateway() }));
    expect(refusal(() => requireValid(fleet))).toEqual([
      "offers[0].to[0]: must be on another network than 'g', which offers through an east-west gateway, got 'b' on network 'wan'; give the clusters networks of their own, or leave `via` out",
    ]);
  });

  test('one namespace in the mesh and not in it', () => {
    expect(refused(offer(), offer({ via: NetworkPath.nodePort({ mutualTls: false }) }))).toEqual([
      "offers[1].via.mutualTls: must be true, because offers[0] has the namespace's pods in the mesh, got false for namespace 'shop'; offer both in the mesh, or from different namespaces",
    ]);
  });
});

test.each([
  ['http', 'http'],
  ['http-web', 'http-web'],
  ['web', 'http-web'],
  ['https', 'http-https'],
])(
  'a port that is called %p is %p at the Service, whose name tells Istio the protocol',
  (portName, named) => {
    const fleet = fleetOf(
      offer({ name: 'db', service: 'db', protocol: Protocol.HTTP, portName, replicas: 1 }),
    );
    const [service] = ofKind(objectsIn(fleet, 'a'), 'Service');
    expect(service.spec.ports[0].name).toBe(named);
  },
);
