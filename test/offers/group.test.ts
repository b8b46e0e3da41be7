import { Cluster, Fleet, type GroupOfferProps, Naming, Offer, Protocol } from '../../lib';
import { ofKind, only, refusal } from '../support/objects';
import { objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

const source = new Cluster({
  name: 'source',
  network: 'wan',
  gatewayAddress: '203.0.113.1',
  nodeAddresses: ['192.0.2.1', '192.0.2.2'],
});
const near = new Cluster({ name: 'near', network: 'wan' });
const far = new Cluster({ name: 'far', network: 'far' });
const HOST = 'pxc-cluster.source.global';
const props: GroupOfferProps = {
  from: source,
  namespace: 'pxc',
  name: 'pxc',
  podLabels: { app: 'pxc' },
  host: HOST,
  port: 3306,
  protocol: Protocol.TCP,
  to: [near.namespace('pxc'), far.namespace('pxc')],
};
const fleetOf = (...offers: GroupOfferProps[]) => {
  const fleet = new Fleet({ meshId: 'm', clusters: [source, near, far] });
  for (const one of offers) fleet.offer(Offer.group(one));
  return fleet;
};
const objects = (cluster: string, more: Partial<GroupOfferProps> = {}) =>
  objectsIn(fleetOf({ ...props, ...more }), cluster);

test('callers on the source’s network dial all of its nodes, others its gateway, under one name', () => {
  const endpoints = (cluster: string) => {
    const { hosts, endpoints: found } = only(objects(cluster), 'ServiceEntry').spec;
    return [hosts, found.map(({ address, ports }: { address: string; ports: object }) => [address, ports])];
  };
  expect(endpoints('near')).toEqual([
    [HOST],
    [
      ['192.0.2.1', { tcp: 30306 }],
      ['192.0.2.2', { tcp: 30306 }],
    ],
  ]);
  expect(endpoints('far')).toEqual([[HOST], [['203.0.113.1', { tcp: 15443 }]]]);
});

test('the source has one node port and one entry for the group, and a policy that knows remote callers by its SNI', () => {
  const found = objects('source');
  const nodePort = ofKind(found, 'Service').find(({ spec }) => spec.type === 'NodePort');
  expect(nodePort?.spec.selector).toEqual({ app: 'pxc' });
  const { hosts, workloadSelector, exportTo } = only(found, 'ServiceEntry').spec;
  expect([hosts, workloadSelector, exportTo]).toEqual([[HOST], { labels: { app: 'pxc' } }, ['istio-system']]);
  expect(JSON.stringify(only(found, 'AuthorizationPolicy').spec)).toContain(`outbound_.3306_._.${HOST}`);
  // the name is the same on both sides: nothing is rewritten
  expect(only(objects('far'), 'DestinationRule').spec.trafficPolicy.tls).toBeUndefined();
});

test('its virtual address is the one that was given, or istiod’s to choose', () => {
  expect(only(objects('near', { address: '240.0.0.10' }), 'ServiceEntry').spec.addresses).toEqual([
    '240.0.0.10',
  ]);
  expect(only(objects('near'), 'ServiceEntry').spec.addresses).toBeUndefined();
});

test('a database under one name has one source in its channel', () => {
  const fleet = fleetOf();
  fleet.database({
    name: 'db',
    source: source.namespace('pxc'),
    replicas: [far.namespace('pxc')],
    host: HOST,
  });
  const [channel] = only(objectsIn(fleet, 'far'), 'PerconaXtraDBCluster').spec.pxc.replicationChannels;
  expect(channel.sourcesList).toEqual([{ host: HOST, port: 3306, weight: 100 }]);
});

describe('refused', () => {
  const lines = (...offers: Partial<GroupOfferProps>[]) =>
    refusal(() => requireValid(fleetOf(...offers.map((more) => ({ ...props, ...more })))));

  test('a host that a Service could have, and an address that is none', () => {
    expect(lines({ host: 'pxc.pxc.svc.cluster.local', address: 'pxc' })).toEqual([
      "offers[0].host: must be a DNS name that does not end in .local, .svc or localhost, and no IP address, got 'pxc.pxc.svc.cluster.local'; choose one that no Service has, such as 'cluster-a.global'",
      "offers[0].address: must be an IP address, got 'pxc'; give one such as 240.0.0.10",
    ]);
  });

  test.each([
    'localhost',
    'x.localhost',
    '1.2.3.4',
    'istiod.istio-system.svc',
    'db.local',
    'kubernetes.default.svc',
  ])('the host %s, which leads elsewhere already', (host) => {
    expect(lines({ host }).map((line) => line.split(', got')[0])).toEqual([
      'offers[0].host: must be a DNS name that does not end in .local, .svc or localhost, and no IP address',
    ]);
  });

  test('one virtual address for two hosts of a cluster', () => {
    const address = '240.0.0.10';
    expect(lines({ address }, { name: 'other', host: 'other.source.global', address })).toEqual([
      "offers[1].address: must differ from that of offers[0], got '240.0.0.10'; choose one that nothing has, or leave it out to be given one",
    ]);
  });

  test('a database with a name for all and names for each, or an address without a name', () => {
    const database = (more: object) => {
      const fleet = fleetOf();
      fleet.database({
        name: 'db',
        source: source.namespace('pxc'),
        replicas: [far.namespace('dr')],
        ...more,
      });
      return refusal(() => requireValid(fleet));
    };
    expect(database({ host: HOST, naming: Naming.podHostname() })).toEqual([
      'databases[0].naming: must be left out where host is given, got both; give the one or the other',
    ]);
    expect(database({ address: '240.0.0.10' })).toEqual([
      'databases[0].address: must belong to a host, got no host; give the host too',
    ]);
  });
});
