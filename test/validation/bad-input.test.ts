import { Cluster, Fleet, Naming, Offer, Protocol } from '../../lib';
import { offerPropsErrors } from '../../lib/offers/kinds';
import { validate } from '../../lib/validation/validate';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { refusal } from '../support/objects';
import { requireValid } from '../support/valid';

/** What a fleet is refused with after something was done to it. */
function refused(clusters: Cluster[], act: (fleet: Fleet) => void): string[] {
  const fleet = fleetOf(clusters);
  act(fleet);
  return refusal(() => requireValid(fleet));
}

const { a, b } = twoClusters();
const DNS_LABEL = "(a-z, 0-9, '-', beginning and ending with a letter or digit)";
const source = () => a.namespace('wookie');
const replica = () => b.namespace('wookie-dr');

test('a sound fleet is not refused', () => {
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b));
  fleet.database({ name: 'db', source: source(), replicas: [replica()] });
  expect(validate(fleet)).toEqual([]);
});

test('an unknown cluster is named, with those that are known', () => {
  const stranger = new Cluster({ name: 'cluster-x', network: 'n' });
  expect(refused([a, b], (fleet) => fleet.offer(hello(a, stranger)))).toEqual([
    "offers[0].to[0]: must be a cluster of the fleet (cluster-a, cluster-b), got 'cluster-x'; add it to the fleet's clusters, or use one of them",
  ]);
});

test('a cluster cannot offer to itself', () => {
  expect(refused([a, b], (fleet) => fleet.offer(hello(a, a)))).toEqual([
    "offers[0].to[0]: must be in another cluster than the one that offers, got 'cluster-a', namespace 'demo-dr'; leave it out: callers inside the cluster reach the pods without an offer",
  ]);
});

test('two offers of one host must have one port', () => {
  const twice = (fleet: Fleet) => {
    fleet.offer(hello(a, b));
    fleet.offer(hello(a, b, { port: 8081, to: [b.namespace('other')] }));
  };
  expect(refused([a, b], twice)).toEqual([
    'offers[1].port: must be 8080, as in offers[0] for the same host, got 8081 for host hello-0.hello.demo.svc.cluster.local of cluster cluster-a; offer one port of a workload',
  ]);
});

test('one host on one port is offered once', () => {
  const twice = (fleet: Fleet) => {
    fleet.offer(hello(a, b));
    fleet.offer(hello(a, b, { to: [b.namespace('other')] }));
  };
  expect(refused([a, b], twice)).toEqual([
    "offers[1]: must offer a host once, got host hello-0.hello.demo.svc.cluster.local of cluster cluster-a, which offers[0] offers too; put all callers into one offer's `to`",
  ]);
});

test('the same alias for pods of two clusters in one namespace is refused', () => {
  const c = new Cluster({ name: 'cluster-c', network: 'network3', gatewayAddress: '203.0.113.30' });
  const naming = Naming.alias('all.global');
  const both = (fleet: Fleet) => {
    fleet.offer(hello(a, b, { naming }));
    fleet.offer(hello(c, b, { naming }));
  };
  expect(refused([a, b, c], both)).toEqual([
    expect.stringMatching(
      /^offers\[1\]: must offer a host once, got host hello-0\.all\.global in namespace demo-dr of cluster cluster-b/,
    ),
  ]);
});

test('the same host in two clusters is two workloads as long as no caller sees both', () => {
  const c = new Cluster({ name: 'cluster-c', network: 'network3', gatewayAddress: '203.0.113.30' });
  const fleet = fleetOf([a, b, c]);
  fleet.offer(hello(a, b, { to: [b.namespace('from-a')] }));
  fleet.offer(hello(c, b, { to: [b.namespace('from-c')] }));
  expect(validate(fleet)).toEqual([]);
});

test('a consumer namespace whose local pods would have the remote names is refused, and mended by an alias', () => {
  const message = (path: string, host: string, namespace: string) =>
    `${path}: must not have pods of its own named like the remote ones (${host} and on), got namespace '${namespace}' of 'cluster-b'; use a namespace of another name there, or naming: Naming.alias(suffix)`;
  const same = { name: 'db', source: source(), replicas: [b.namespace('wookie')] };
  expect(refused([a, b], (fleet) => void fleet.database(same))).toEqual([
    message('databases[0].replicas[0]', 'db-pxc-0.db-pxc.wookie.svc.cluster.local', 'wookie'),
  ]);
  const mended = fleetOf([a, b]);
  mended.database({ ...same, naming: Naming.alias('cluster-a.global') });
  expect(validate(mended)).toEqual([]);
});

test('pods of the consumer cluster that it offers itself under the same names count as local ones', () => {
  const both = new Cluster({ name: 'cluster-b', network: 'network2', gatewayAddress: '203.0.113.20' });
  const crossed = (fleet: Fleet) => {
    fleet.offer(hello(a, both));
    fleet.offer(hello(both, a, { to: [a.namespace('demo-back')] }));
  };
  expect(refused([a, both], crossed)).toHaveLength(2);
});

test('an offering cluster needs a gateway address, and is told so once', () => {
  const silent = new Cluster({ name: 'cluster-a', network: 'network1' });
  const offer = (fleet: Fleet) => {
    fleet.offer(hello(silent, b));
    fleet.database({ name: 'db', source: silent.namespace('wookie'), replicas: [replica()] });
  };
  expect(refused([silent, b], offer)).toEqual([
    "clusters[0].gatewayAddress: must be an IP address or a DNS name, because the cluster offers something (offers[0], databases[0]), got nothing for 'cluster-a'; give the address under which the other clusters reach its east-west gateway",
  ]);
});

test('two clusters cannot have one name', () => {
  const twin = new Cluster({ name: 'cluster-a', network: 'network2' });
  expect(refused([a, twin], () => undefined)).toEqual([
    "clusters[1].name: must differ from clusters[0].name, got 'cluster-a'; give each cluster a name of its own",
  ]);
});

test.each([
  [
    'an upper-case name',
    { name: 'Cluster-A' },
    `clusters[0].name: must be a DNS label of at most 63 characters ${DNS_LABEL}, got 'Cluster-A'; choose such a name`,
  ],
  [
    'a name of 64 characters',
    { name: 'a'.repeat(64) },
    `clusters[0].name: must be a DNS label of at most 63 characters ${DNS_LABEL}, got '${'a'.repeat(64)}'; choose such a name`,
  ],
  [
    'a scheme in the address',
    { gatewayAddress: 'https://gw' },
    "clusters[0].gatewayAddress: must be an IP address or a DNS name, without port or scheme, got 'https://gw'; give the address under which the other clusters reach it",
  ],
  [
    'an impossible address',
    { gatewayAddress: '203.0.113.300' },
    "clusters[0].gatewayAddress: must be an IP address or a DNS name, without port or scheme, got '203.0.113.300'; give the address under which the other clusters reach it",
  ],
  [
    'port 0',
    { gatewayPort: 0 },
    'clusters[0].gatewayPort: must be a whole number from 1 to 65535, got 0; give a port number',
  ],
  [
    'a range without length',
    { gateway: { loadBalancerSourceRanges: ['10.0.0.0'] } },
    "clusters[0].gateway.loadBalancerSourceRanges[0]: must be an address range such as '10.0.0.0/8', got '10.0.0.0'; write it as address, slash, prefix length",
  ],
  [
    'replicas beside scaling',
    { gateway: { replicas: 2, maxReplicas: 4 } },
    'clusters[0].gateway.replicas: must be left out where minReplicas or maxReplicas is given, got 2; choose between a fixed number and scaling',
  ],
])('a cluster with %s is refused', (_, more, message) => {
  const cluster = new Cluster({ name: 'cluster-a', network: 'network1', ...more });
  expect(refused([cluster], () => undefined)).toEqual([message]);
});

test.each([
  [
    'a name of 23 characters',
    { name: 'x'.repeat(23) },
    `databases[0].name: must be a DNS label of at most 22 characters ${DNS_LABEL}, got '${'x'.repeat(23)}'; choose a shorter or simpler name; the operator takes no longer one`,
  ],
  [
    'a channel of 65 characters',
    { channel: 'x'.repeat(65) },
    `databases[0].channel: must be a channel name of 1 to 64 characters (letters, digits, '_', '-' and '.'), not one of group replication, got '${'x'.repeat(65)}'; choose such a name, for instance 'a_to_b'`,
  ],
  [
    'an even size',
    { size: 4 },
    'databases[0].size: must be 3 or 5, got 4; take one of them, or set allowUnsafeSize: true if you can do without a quorum or with slower writes',
  ],
  [
    'a size too small',
    { size: 1 },
    'databases[0].size: must be 3 or 5, got 1; take one of them, or set allowUnsafeSize: true if you can do without a quorum or with slower writes',
  ],
  [
    'an alias inside cluster.local',
    { naming: Naming.alias('demo.svc.cluster.local') },
    "databases[0].naming.suffix: must be a DNS name that does not end in .local, .svc or localhost, and no IP address, got 'demo.svc.cluster.local'; choose one that no Service has, such as 'cluster-a.global'",
  ],
  [
    'one proxy',
    { haproxySize: 1 },
    'databases[0].haproxySize: must be a whole number from 2 to 100, got 1; a single proxy is refused by the operator; give at least 2',
  ],
])('a database with %s is refused', (_, more, message) => {
  const act = (fleet: Fleet) =>
    void fleet.database({ name: 'db', source: source(), replicas: [replica()], ...more });
  expect(refused([a, b], act)).toEqual([message]);
});

test('an unsafe size is taken where the flag says so', () => {
  const fleet = fleetOf([a, b]);
  fleet.database({ name: 'db', source: source(), replicas: [replica()], size: 1, allowUnsafeSize: true });
  expect(validate(fleet)).toEqual([]);
});

test('all of a fleet is said in one go', () => {
  const bad = new Cluster({ name: 'Bad', network: '' });
  const everything = (fleet: Fleet) => {
    fleet.offer(hello(a, a, { port: 0 }));
    fleet.offer(hello(bad, b, { namespace: 'no spaces' }));
    fleet.database({ name: 'x'.repeat(30), source: source(), replicas: [b.namespace('wookie')], size: 2 });
  };
  const paths = refused([a, b, bad], everything).map((line) => line.split(': ')[0]);
  expect(paths.sort()).toEqual(
    [
      'clusters[2].name',
      'clusters[2].network',
      'clusters[2].gatewayAddress',
      'offers[0].port',
      'offers[0].to[0]',
      'offers[1].namespace',
      'databases[0].name',
      'databases[0].size',
      'databases[0].replicas[0]',
    ].sort(),
  );
});

// biome-ignore lint/suspicious/noExplicitAny: what a caller without a compiler may pass
const js = (value: unknown): any => value;

test.each([
  ['no fleet props', () => new Fleet(js(undefined)), /^fleet: must be an object with the props meshId, /],
  [
    'clusters that are no list',
    () => new Fleet(js({ meshId: 'm', clusters: 'a' })),
    /^fleet\.clusters: must be a list of at least 1 values that each be a Cluster, got 'a'/,
  ],
  [
    'no cluster props',
    () => fleetOf([new Cluster(js(undefined))]),
    /^clusters\[0\]: must be an object with the props name, /,
  ],
  [
    'a misspelt prop',
    () => fleetOf([new Cluster(js({ name: 'a', network: 'n', gatewayAdress: '10.0.0.1' }))]),
    /^clusters\[0\]\.gatewayAdress: must be one of the known props \(name, network, gatewayAddress, .*got 'gatewayAdress'; did you mean 'gatewayAddress'\? correct its spelling or leave it out$/,
  ],
])('plain JavaScript: %s', (_, build, message) => {
  expect(refusal(() => requireValid(build()))[0]).toMatch(message);
});

test.each<[string, (fleet: Fleet) => void, RegExp]>([
  [
    'an offer that is none',
    (fleet) => fleet.offer(js('hello')),
    /^offers\[0\]: must be an Offer, got 'hello'; make it with Offer\.statefulSet/,
  ],
  [
    'no offer props',
    (fleet) => fleet.offer(Offer.statefulSet(js(undefined))),
    /^offers\[0\]: must be an object with the props from, /,
  ],
  [
    'null for the props',
    (fleet) => fleet.offer(Offer.statefulSet(js(null))),
    /^offers\[0\]: must be an object .* got null/,
  ],
  [
    'a cluster by its name',
    (fleet) => fleet.offer(hello(js('cluster-a'), b)),
    /^offers\[0\]\.from: must be a Cluster, got 'cluster-a'; make it with new Cluster/,
  ],
  [
    'a number as text',
    (fleet) => fleet.offer(hello(a, b, { replicas: js('3') })),
    /^offers\[0\]\.replicas: must be a whole number from 1 to 1000, got '3'/,
  ],
  [
    'a caller as text',
    (fleet) => fleet.offer(hello(a, b, { to: js(['demo-dr']) })),
    /^offers\[0\]\.to\[0\]: must be a ClusterNamespace, got 'demo-dr'; make it with cluster\.namespace/,
  ],
  [
    'null for a caller',
    (fleet) => fleet.offer(hello(a, b, { to: js([null]) })),
    /^offers\[0\]\.to\[0\]: must be a ClusterNamespace, got null/,
  ],
  [
    'an unknown protocol',
    (fleet) => fleet.offer(hello(a, b, { protocol: js('mysql') })),
    /^offers\[0\]\.protocol: must be one of 'http', 'http2', 'grpc', 'tcp', got 'mysql'/,
  ],
  [
    'a naming that is none',
    (fleet) => fleet.offer(hello(a, b, { naming: js('podHostname') })),
    /^offers\[0\]\.naming: must be a Naming, got 'podHostname'/,
  ],
  [
    'no database props',
    (fleet) => void fleet.database(js(undefined)),
    /^databases\[0\]: must be an object with the props name, /,
  ],
  [
    'a source by its name',
    (fleet) => void fleet.database({ name: 'db', source: js('wookie'), replicas: [] }),
    /^databases\[0\]\.source: must be a ClusterNamespace, got 'wookie'/,
  ],
  [
    'replicas that are no list',
    (fleet) => void fleet.database({ name: 'db', source: source(), replicas: js(replica()) }),
    /^databases\[0\]\.replicas: must be a list of any number of values that each be a ClusterNamespace, got an object of class ClusterNamespace/,
  ],
  [
    'a release as text',
    (fleet) => void fleet.database({ name: 'db', source: source(), replicas: [], release: js('8.4') }),
    /^databases\[0\]\.release: must be a PxcRelease, got '8\.4'/,
  ],
])('plain JavaScript: %s', (_, act, message) => {
  expect(refused([a, b], act)[0]).toMatch(message);
});

test('lower-case protocols work without the enum, as plain JavaScript writes them', () => {
  expect(offerPropsErrors('offer', hello(a, b, { protocol: js('http') }))).toEqual([]);
  expect(Protocol.HTTP).toBe('http');
});
