import {
  ClusterNamespace,
  CrossClusterServiceEntry,
  IngressRoute,
  NodePortService,
  Offer,
  OfferedNetworkPolicy,
  OfferedServiceEntry,
  OfferedWorkloadPolicy,
  Protocol,
  validate,
} from '../../lib';
import { offerPropsErrors } from '../../lib/offers/kinds';
import { principalOf } from '../../lib/rules/identity';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { constructRefusal, refusal, synth } from '../support/objects';
import { requireValid } from '../support/valid';

// Who is meant: an account, pods, a principal. What was left empty must not come to mean everybody.

const { a, b } = twoClusters();
const refused = (offer: Offer) => {
  const fleet = fleetOf([a, b]);
  fleet.offer(offer);
  return refusal(() => requireValid(fleet));
};

describe('a service account that was asked for, and not given', () => {
  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', "''"],
  ])('%p as a caller does not mean every account', (account, actual) => {
    const to = [b.namespace('demo-dr').serviceAccount(account as never)];
    expect(refused(hello(a, b, { to }))).toEqual([
      `offers[0].to[0].serviceAccount: must be the name of a service account: a DNS name of at most 253 characters (labels of a-z, 0-9 and '-', joined by dots), got ${actual}; give its name, or leave out .serviceAccount() to mean every account of the namespace`,
    ]);
  });

  test('without it every account is meant', () => {
    const to = [new ClusterNamespace(b, 'demo-dr')];
    const fleet = fleetOf([a, b]);
    fleet.offer(hello(a, b, { to }));
    expect(validate(fleet)).toEqual([]);
    expect(principalOf('td', 'demo-dr')).toBe('td/ns/demo-dr/sa/*');
  });

  test('a database names no account of its members, which run as its own', () => {
    const fleet = fleetOf([a, b]);
    fleet.database({
      ...{ name: 'db', source: a.namespace('wookie').serviceAccount('mysql') },
      replicas: [b.namespace('wookie-dr').serviceAccount(undefined as never)],
    });
    expect(refusal(() => requireValid(fleet)).map((line) => line.split(', got')[0])).toEqual([
      expect.stringMatching(
        /^databases\[0\]\.replicas\[0\]\.serviceAccount: must be the name of a service account/,
      ),
      "databases[0].source: must be a namespace without a service account: the database's pods run as 'db-pxc'",
    ]);
  });
});

describe('pods that are selected by no label', () => {
  const props = { name: 'x', podLabels: {}, port: 80, protocol: Protocol.HTTP };
  const ofFleet = { ...props, from: a, namespace: 'demo', to: [b.namespace('x')] };
  const message = (path: string) =>
    `${path}: must be an object of label keys and label values, at least one, got {}; name a label of the pods: an empty selector selects every pod of the namespace`;

  test.each([
    ['statefulSet', Offer.statefulSet({ ...ofFleet, replicas: 1 })],
    ['group', Offer.group({ ...ofFleet, host: 'x.global' })],
    ['service', Offer.service(ofFleet)],
  ])('Offer.%s', (_, offer) => {
    expect(offerPropsErrors('offer', offer)).toEqual([expect.objectContaining({ path: 'offer.podLabels' })]);
    expect(refused(offer)).toContain(message('offers[0].podLabels'));
  });

  test.each<[string, (props: never) => unknown, object]>([
    [
      'OfferedServiceEntry',
      (more) => (chart: never) => new OfferedServiceEntry(chart, 'x', more),
      { host: 'a.b' },
    ],
    [
      'OfferedWorkloadPolicy',
      (more) => (chart: never) => new OfferedWorkloadPolicy(chart, 'x', more),
      { principals: ['*'], protocol: undefined },
    ],
    [
      'OfferedNetworkPolicy',
      (more) => (chart: never) => new OfferedNetworkPolicy(chart, 'x', more),
      { protocol: undefined },
    ],
    [
      'NodePortService',
      (more) => (chart: never) => new NodePortService(chart, 'x', more),
      { nodePort: 30080 },
    ],
  ])('%s', (_, build, more) => {
    expect(constructRefusal(build({ ...props, ...more } as never) as never)).toEqual([
      message('[test/x] podLabels'),
    ]);
  });

  test('an ingress gateway that selects every pod is none', () => {
    const route = {
      gateway: { selector: {} } as never,
      host: 'a.b',
      service: 'a.b',
      port: 80,
      namespace: 'x',
    };
    expect(constructRefusal((chart) => new IngressRoute(chart, 'x', route))[0]).toMatch(
      /^\[test\/x\] gateway: must be an IngressGateway/,
    );
  });

  test('a label may have an empty value, as in Kubernetes', () => {
    expect(offerPropsErrors('offer', hello(a, b, { podLabels: { canary: '' } }))).toEqual([]);
  });
});

describe('a principal', () => {
  const policy = (principal: string) => (chart: never) =>
    new OfferedWorkloadPolicy(chart, 'x', {
      ...{ name: 'x', podLabels: { app: 'x' }, port: 80 },
      principals: [principal],
    });
  const start =
    "[test/x] principals[0]: must be a principal such as 'cluster.local/ns/demo/sa/web', or one with * at its beginning or end, got";

  test('with a scheme would deny everybody', () => {
    expect(constructRefusal(policy('spiffe://cluster.local/ns/demo/sa/web') as never)).toEqual([
      `${start} 'spiffe://cluster.local/ns/demo/sa/web'; leave out spiffe://: a principal with it matches nobody, and the policy denies everybody`,
    ]);
  });

  test.each([
    ...[
      'cluster.local/ns/demo/sa/web',
      'mesh.example/ns/demo/sa/*',
      'td/ns/demo/*',
      'td/ns/de*',
      'td/n*',
      't*',
    ],
    ...['*', '*/ns/demo/sa/web', '*.example/ns/demo/sa/web', '*/sa/web', '*-web', 'td_1/ns/a/sa/b.c'],
  ])('%s is taken', (principal) => {
    expect(() => synth(policy(principal) as never)).not.toThrow();
  });

  test.each([
    ...['', 'web', 'demo/web', 'cluster.local/ns/demo', 'cluster.local/sa/web/ns/demo', 'td/ns/demo/sa/'],
    ...['td/ns/*/sa/web', '*/ns/*', '**', 'td/ns/demo/sa/web/*', 'td/na*', 'td/ns/Demo/sa/web', '*/ns/demo'],
    ...['system:serviceaccount:demo:web', '*/ns/a/sa/b/c', ' td/ns/demo/sa/web'],
  ])('%p is refused', (principal) => {
    expect(constructRefusal(policy(principal) as never)).toEqual([
      `${start} '${principal}'; write <trust-domain>/ns/<namespace>/sa/<account>; the account * means every account`,
    ]);
  });
});

describe('the identity of a server', () => {
  const entry = (serverIdentity: string) =>
    constructRefusal(
      (chart) =>
        new CrossClusterServiceEntry(chart, 'x', {
          ...{ host: 'a.b', port: 80, protocol: Protocol.HTTP, endpoints: [{ address: '203.0.113.1' }] },
          serverIdentity,
        }),
    );
  const start =
    "[test/x] serverIdentity: must be a SPIFFE identity such as 'spiffe://cluster.local/ns/demo/sa/default', got";

  test('has a scheme', () => {
    expect(entry('cluster.local/ns/demo/sa/web')).toEqual([
      `${start} 'cluster.local/ns/demo/sa/web'; write spiffe:// before it`,
    ]);
  });

  test.each(['spiffe://td/ns/demo/sa/*', 'spiffe://td/ns/demo', 'web', 'https://td/ns/demo/sa/web'])(
    '%s is none: it is compared as a whole',
    (identity) => {
      expect(entry(identity)).toEqual([
        `${start} '${identity}'; give the trust domain, namespace and service account of the server`,
      ]);
    },
  );
});
