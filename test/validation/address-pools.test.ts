import { Cluster, type ClusterProps, Fleet, Offer, Protocol } from '../../lib';
import { only, refusal } from '../support/objects';
import { objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

const cluster = (name: string, addressPool: string[], more: Partial<ClusterProps> = {}) =>
  new Cluster({ name, network: name, addressPool, ...more });
const errors = (...clusters: Cluster[]) => refusal(() => requireValid(new Fleet({ meshId: 'm', clusters })));

test('MetalLB gives out the pool, and the gateway asks for its address in it', () => {
  const a = cluster('a', ['10.89.1.200-10.89.1.220', '2001:db8::/120'], { gatewayAddress: '10.89.1.205' });
  const b = cluster('b', ['10.89.1.221-10.89.1.240']);
  const fleet = new Fleet({ meshId: 'm', clusters: [a, b] });
  fleet.offer(
    Offer.statefulSet({
      ...{ from: a, namespace: 'shop', name: 'web', replicas: 1, port: 80, protocol: Protocol.HTTP },
      to: [b.namespace('desk')],
    }),
  );
  const objects = objectsIn(fleet, 'a');
  expect(only(objects, 'IPAddressPool').spec).toEqual({
    addresses: ['10.89.1.200-10.89.1.220', '2001:db8::/120'],
  });
  expect(only(objects, 'L2Advertisement').spec).toEqual({ ipAddressPools: ['eastwest'] });
  expect(only(objects, 'Service').metadata.annotations).toEqual({
    'metallb.io/loadBalancerIPs': '10.89.1.205',
  });
});

test.each([
  ['an address in common', '10.89.1.220-10.89.1.240'],
  ['one inside the other', '10.89.1.210-10.89.1.211'],
  ['one around the other', '10.89.0.0-10.89.2.0'],
  ['a CIDR around it', '10.89.1.0/24'],
])('pools that overlap are refused: %s', (_, range) => {
  expect(errors(cluster('a', ['10.89.1.200-10.89.1.220']), cluster('b', ['10.90.0.0/24', range]))).toEqual([
    `clusters[1].addressPool[1]: must share no address with clusters[0].addressPool[0] ('10.89.1.200-10.89.1.220'), got '${range}'; give each cluster addresses of its own: two would answer for the same one`,
  ]);
});

test.each([
  '10.89.1.220-10.89.1.200',
  '10.89.1.200',
  '10.89.1.0/33',
  '10.89.1.0/',
  'a-b',
  '10.0.0.1-2001:db8::1',
  '1.2.3.4-1.2.3.5-1.2.3.6',
  7,
])('no range of addresses: %p', (range) => {
  expect(errors(cluster('a', [range as string]))[0]).toMatch(
    /^clusters\[0\]\.addressPool\[0\]: must be a range of addresses such as '10\.89\.1\.200-10\.89\.1\.220', or a CIDR, got /,
  );
});

test('a gateway’s address that its pool cannot give', () => {
  expect(errors(cluster('a', ['10.89.1.200-10.89.1.220'], { gatewayAddress: '10.89.1.1' }))).toEqual([
    "clusters[0].gatewayAddress: must be an address of the cluster's addressPool (10.89.1.200-10.89.1.220), got '10.89.1.1'; choose one of these, or widen the pool",
  ]);
});
