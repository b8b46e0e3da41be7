import { App, Chart } from 'cdk8s';
import {
  CaSource,
  Cluster,
  ControlPlane,
  Fleet,
  InvalidInputError,
  Naming,
  NetworkPath,
  Offer,
  Protocol,
  PxcRelease,
  RemoteSecretSource,
  ReplicationChannel,
} from '../../lib';
import { validationErrors } from '../../lib/output/read-chart';
import { CONSTRUCTS, GATEWAY_SETTINGS, SOUND_PROPS } from '../support/constructs';
import { requireValid } from '../support/valid';

// Whatever JavaScript callers pass for a prop is refused by that prop's path, in one error, and never by a TypeError from within.

type Props = { [name: string]: unknown };

const circular: Props = {};
circular.self = circular;
const circularList: unknown[] = [];
circularList.push(circularList);

const WRONG: { [name: string]: unknown } = {
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  'a negative number': -1,
  'a bigint': 1n,
  'a symbol': Symbol('x'),
  'a function': () => undefined,
  'an empty text': '',
  'a list of null': [null],
  'a list of undefined': [undefined],
  'a list with a hole': Array(1),
  'a list in a list': [['x']],
  'a Map': new Map([['app', 'web']]),
  'a Date': new Date(0),
  'an object without prototype': Object.assign(Object.create(null), { unknown: 1 }),
  'an object that refers to itself': circular,
  'a list that refers to itself': circularList,
  'an object with a bigint': { unknown: 1n },
};

const a = new Cluster({
  ...{ name: 'a', network: 'a', gatewayAddress: '203.0.113.1', nodeAddresses: ['203.0.113.4'] },
  apiServer: 'https://203.0.113.2',
});
const b = new Cluster({ name: 'b', network: 'b', apiServer: 'https://203.0.113.3' });
const fleetWith = (act: (fleet: Fleet) => unknown) => {
  const fleet = new Fleet({ meshId: 'm', clusters: [a, b], discovery: true });
  act(fleet);
  requireValid(fleet);
};
const withCluster = (more: Props) => {
  const props = typeof more === 'object' && more !== null ? { name: 'c', network: 'c', ...more } : more;
  const cluster = new Cluster(props as never);
  const fleet = new Fleet({ meshId: 'm', clusters: [a, b, cluster] });
  // for the gateway's settings and the registry-only namespace to have a meaning
  fleet.offer(Offer.statefulSet({ ...common, replicas: 1, to: [cluster.namespace('x')] } as never));
  fleet.offer(
    Offer.statefulSet({ ...common, from: cluster, name: 'back', namespace: 'back', replicas: 1 } as never),
  );
  requireValid(fleet);
};
const withSettings = (more: Props) =>
  withCluster({ gatewayAddress: '203.0.113.9', apiServer: 'https://203.0.113.8', ...more });
const construct = (name: string) => (props: Props) => {
  const chart = new Chart(new App(), 'test');
  const Construct = CONSTRUCTS[name] as NonNullable<(typeof CONSTRUCTS)[string]>;
  new Construct(chart, 'x', props as never);
  InvalidInputError.throwIfAny(validationErrors(chart));
};

const offered = { from: a, namespace: 'shop', name: 'web', port: 80, protocol: Protocol.HTTP };
const common = {
  ...offered,
  portName: 'http',
  serviceAccount: 'web',
  idleTimeoutSeconds: 1,
  to: [b.namespace('x')],
};
const podLabels = { app: 'web' };
const settings = { cpuRequest: '1', memoryRequest: '1Gi', cpuLimit: '1', memoryLimit: '1Gi' };
const gateway = GATEWAY_SETTINGS;

/** Everything that takes props: sound ones, and what is done with them. */
const TAKERS: { [name: string]: [Props, (props: Props) => unknown] } = {
  fleet: [
    {
      ...{
        meshId: 'm',
        clusters: [a, b],
        trustDomain: 'x',
        istioNamespace: 'mesh',
        discovery: false,
        revision: 'x',
      },
      ...{ networkPolicies: false, controlPlane: ControlPlane.flux() },
    },
    (props) => {
      const fleet = new Fleet(props as never);
      fleet.offer(Offer.statefulSet({ ...common, from: a, replicas: 1, to: [b.namespace('x')] } as never));
      requireValid(fleet);
    },
  ],
  cluster: [
    {
      ...{
        name: 'c',
        network: 'c',
        gatewayAddress: '203.0.113.9',
        gatewayPort: 1,
        nodeAddresses: ['203.0.113.9'],
      },
      ...{
        addressPool: ['203.0.113.0/24'],
        apiServer: 'https://203.0.113.2',
        trustDomain: 'x',
        gateway,
      },
      ...{ controlPlane: ControlPlane.flux(), remoteSecret: RemoteSecretSource.outOfBand() },
      ...{ registryOnlyNamespaces: ['x'], ca: CaSource.outOfBand() },
    },
    withCluster,
  ],
  'remote cluster': [
    {
      ...{ name: 'c', network: 'c', gatewayAddress: '203.0.113.9', apiServer: 'https://203.0.113.8' },
      primary: a,
    },
    withCluster,
  ],
  gateway: [gateway, (props) => withSettings({ gateway: props })],
  'gateway with a fixed number': [{ replicas: 1 }, (props) => withSettings({ gateway: props })],
  'control plane': [
    {
      ...settings,
      ...{
        version: '1.30.3',
        compatibilityVersion: '1.29',
        dnsCapture: true,
        nativeSidecars: true,
        replicas: 1,
      },
    },
    (props) => withSettings({ controlPlane: ControlPlane.flux(props) }),
  ],
  'remote secret': [
    { storeName: 'x', storeKind: 'SecretStore', remoteKey: 'x', property: 'x', refreshInterval: '1h' },
    (props) => withSettings({ remoteSecret: RemoteSecretSource.externalSecret(props as never) }),
  ],
  'authority from a store': [
    { storeName: 'x', storeKind: 'SecretStore', remoteKey: 'x', refreshInterval: '1h' },
    (props) => withSettings({ ca: CaSource.externalSecret(props as never) }),
  ],
  'authority of cert-manager': [
    { issuerName: 'x', issuerKind: 'X', issuerGroup: 'x.example', durationHours: 2, renewBeforeHours: 1 },
    (props) => withSettings({ ca: CaSource.certManager(props as never) }),
  ],
  'offer of a StatefulSet': [
    {
      ...{ ...common, service: 'web', replicas: 1, podLabels, naming: Naming.podHostname() },
      via: NetworkPath.byNetwork(),
    },
    (props) => fleetWith((fleet) => fleet.offer(Offer.statefulSet(props as never))),
  ],
  'offer of a group': [
    { ...common, podLabels, host: 'web.global', address: '240.0.0.1', via: NetworkPath.byNetwork() },
    (props) => fleetWith((fleet) => fleet.offer(Offer.group(props as never))),
  ],
  'offer of a Service': [
    { ...common, podLabels, localNamespaces: ['x'], clusterHost: 'web.global' },
    (props) => fleetWith((fleet) => fleet.offer(Offer.service(props as never))),
  ],
  route: [
    { firstNodePort: 30_080, mutualTls: true },
    (props) =>
      fleetWith((fleet) =>
        fleet.offer(Offer.statefulSet({ ...common, replicas: 1, via: NetworkPath.nodePort(props) } as never)),
      ),
  ],
  alias: [
    { suffix: 'x.global' },
    ({ suffix }) =>
      fleetWith((fleet) =>
        fleet.offer(
          Offer.statefulSet({ ...common, replicas: 1, naming: Naming.alias(suffix as never) } as never),
        ),
      ),
  ],
  caller: [
    { namespace: 'x', serviceAccount: 'x' },
    ({ namespace, serviceAccount }) =>
      fleetWith((fleet) => {
        const to = [b.namespace(namespace as never).serviceAccount(serviceAccount as never)];
        fleet.offer(Offer.statefulSet({ ...common, replicas: 1, to } as never));
      }),
  ],
  database: [
    {
      ...{ name: 'db', source: a.namespace('x'), replicas: [b.namespace('y')], naming: Naming.podHostname() },
      ...{ via: NetworkPath.byNetwork(), clients: [a.namespace('z')], operatorNamespace: 'x', channel: 'c' },
      ...{
        size: 3,
        allowUnsafeSize: true,
        haproxySize: 2,
        storage: '1Gi',
        storageClassName: 'x',
        cpuRequest: '1',
      },
      ...{ memoryRequest: '1G', mysqlConfiguration: '[mysqld]', secretsName: 'x' },
      release: PxcRelease.V1_19_MYSQL_8_4,
    },
    (props) => fleetWith((fleet) => fleet.database(props as never)),
  ],
  'database under one name': [
    {
      name: 'db',
      source: a.namespace('x'),
      replicas: [b.namespace('y')],
      host: 'x.global',
      address: '240.0.0.1',
    },
    (props) => fleetWith((fleet) => fleet.database(props as never)),
  ],
  release: [
    { crVersion: '1.19.0', pxcImage: 'x', haproxyImage: 'x', logCollectorImage: 'x' },
    (props) =>
      fleetWith((fleet) =>
        fleet.database({
          ...{ name: 'db', source: a.namespace('x'), replicas: [] },
          release: PxcRelease.of(props as never),
        }),
      ),
  ],
  channel: [
    { name: 'c', sources: [{ host: 'x.y', port: 1 }], sourceRetryCount: 1, sourceConnectRetrySeconds: 1 },
    (props) =>
      construct('PxcReplicaSet')({
        name: 'db',
        channels: [ReplicationChannel.replica(props as never)],
      }),
  ],
  'member of MeshNetworks': [
    { name: 'a', network: 'a', gatewayAddress: '203.0.113.1', gatewayPort: 1 },
    (props) => construct('MeshNetworks')({ clusters: [props] }),
  ],
  ...Object.fromEntries(Object.entries(SOUND_PROPS).map(([name, props]) => [name, [props, construct(name)]])),
};

/** How something is refused; not at all is an empty list. */
function refusalOf(act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.errors.map(({ path }) => path);
  }
}

const PLACES = Object.entries(TAKERS).flatMap(([taker, [props, act]]) =>
  Object.keys(props).map((name) => ({ place: `${taker}: ${name}`, name, props, act })),
);

test.each(Object.entries(TAKERS))('%s: sound props are taken', (_, [props, act]) => {
  expect(refusalOf(() => act(props))).toEqual([]);
});

test.each(PLACES)('$place', ({ name, props, act }) => {
  for (const [what, value] of Object.entries(WRONG)) {
    const paths = refusalOf(() => act({ ...props, [name]: value }));
    const others = paths.filter((path) => !path.split(/[.[\]]+/).includes(name));
    expect([what, paths.length > 0, others]).toEqual([what, true, []]);
  }
});

const WHOLE = Object.entries(TAKERS).filter(([name]) => !['cluster', 'alias', 'caller'].includes(name));

test.each(WHOLE)('%s takes no other kind of props as a whole', (_, [, act]) => {
  for (const value of [null, 'x', 1, [], new Map(), circular, circularList])
    expect(refusalOf(() => act(value as never))).not.toEqual([]);
});
