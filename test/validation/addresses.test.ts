import {
  Cluster,
  CrossClusterServiceEntry,
  MeshNetworks,
  Offer,
  Protocol,
  PxcReplicaSet,
  RemoteSecret,
  ReplicationChannel,
} from '../../lib';
import { clusterErrors } from '../../lib/validation/clusters';
import { validate } from '../../lib/validation/validate';
import { fleetOf, twoClusters } from '../support/fleets';
import { constructRefusal, refusal } from '../support/objects';
import { requireValid } from '../support/valid';

// An address by which others are to reach something must not lead back to themselves, or to nobody.

const UNDIALLABLE: [string, string][] = [
  ['0.0.0.0', 'an unspecified address'],
  ['::', 'an unspecified address'],
  ['127.0.0.1', 'a loopback address'],
  ['127.9.9.9', 'a loopback address'],
  ['::1', 'a loopback address'],
  ['::ffff:127.0.0.1', 'a loopback address'],
  ['localhost', 'a name of the machine that dials'],
  ['gateway.localhost', 'a name of the machine that dials'],
  ['169.254.169.254', 'a link-local address'],
  ['fe80::1', 'a link-local address'],
  ['fe80::1%eth0', 'a link-local address'],
  ['224.0.0.1', 'a multicast address'],
  ['ff02::1', 'a multicast address'],
  ['255.255.255.255', 'a broadcast address'],
];
const message = (path: string, address: string, what: string) =>
  `${path}: must be an address that other machines can dial, got '${address}', ${what}; `;
const cluster = (more: object) =>
  refusal(() => requireValid(fleetOf([new Cluster({ name: 'a', network: 'n', ...more })])));

test.each(UNDIALLABLE)('%s is no address of a gateway, a node or a server', (address, what) => {
  const reach = 'give the address under which the other clusters reach it';
  expect(cluster({ gatewayAddress: address })).toEqual([
    message('clusters[0].gatewayAddress', address, what) + reach,
  ]);
  expect(cluster({ nodeAddresses: ['203.0.113.1', address] })).toEqual([
    message('clusters[0].nodeAddresses[1]', address, what) + reach,
  ]);
  expect(
    constructRefusal(
      (chart) =>
        new CrossClusterServiceEntry(chart, 'x', {
          ...{ host: 'a.b', port: 80, protocol: Protocol.TCP, endpoints: [{ address }] },
        }),
    ),
  ).toEqual([message('[test/x] endpoints[0].address', address, what) + reach]);
  const clusters = [{ name: 'a', network: 'n', gatewayAddress: address }];
  expect(constructRefusal((chart) => new MeshNetworks(chart, 'x', { clusters }))).toEqual([
    message('[test/x] clusters[0].gatewayAddress', address, what) + reach,
  ]);
  const channel = ReplicationChannel.replica({ name: 'c', sources: [{ host: address }] });
  expect(
    constructRefusal((chart) => new PxcReplicaSet(chart, 'x', { name: 'db', channels: [channel] })),
  ).toEqual([message('[test/x] channels[0].sources[0].host', address, what) + reach]);
});

test.each(UNDIALLABLE.filter(([address]) => !address.includes(':')))(
  '%s is no host of an API server',
  (address, what) => {
    const apiServer = `https://${address}:6443`;
    const hint = 'give the address under which the other clusters reach the Kubernetes API';
    expect(cluster({ apiServer })).toEqual([message('clusters[0].apiServer', apiServer, what) + hint]);
    const secret = { clusterName: 'a', readerName: 'b', apiServer };
    expect(constructRefusal((chart) => new RemoteSecret(chart, 'x', secret))).toEqual([
      message('[test/x] apiServer', apiServer, what) + hint,
    ]);
  },
);

test('a name may resolve to no such address', () => {
  const { a, b } = twoClusters();
  const offer = Offer.group({
    ...{ from: a, namespace: 'demo', name: 'x', podLabels: { app: 'x' }, to: [b.namespace('x')] },
    ...{ port: 80, protocol: Protocol.TCP, host: 'x.global', address: '127.0.0.1' },
  });
  const fleet = fleetOf([a, b]);
  fleet.offer(offer);
  expect(refusal(() => requireValid(fleet))).toEqual([
    `${message('offers[0].address', '127.0.0.1', 'a loopback address')}give one such as 240.0.0.10`,
  ]);
});

test('a pool gives out no such addresses', () => {
  expect(cluster({ addressPool: ['127.0.0.0/24'] })).toEqual([
    "clusters[0].addressPool[0]: must be addresses that other machines can dial, got '127.0.0.0/24', which begins with a loopback address; give the first and the last address, the lower one first",
  ]);
});

test('others are dialled: private ones, names, and names that end alike', () => {
  for (const gatewayAddress of [
    '10.0.0.1',
    '192.168.1.1',
    '2001:db8::1',
    'gw.example.com',
    'notlocalhost',
    'localhost.example',
  ])
    expect(validate(fleetOf([new Cluster({ name: 'a', network: 'n', gatewayAddress })]))).toEqual([]);
});

test('source ranges may be of all addresses', () => {
  const { a } = twoClusters();
  expect(clusterErrors('a', a)).toEqual([]);
  const open = new Cluster({
    name: 'a',
    network: 'n',
    gateway: { loadBalancerSourceRanges: ['0.0.0.0/0', '::/0'] },
  });
  expect(clusterErrors('a', open)).toEqual([]);
});
