import {
  CaSource,
  Cluster,
  ControlPlane,
  CrossClusterServiceEntry,
  DefaultDeny,
  EastWestGateway,
  Fleet,
  GatewayNetworkPolicy,
  IngressGateway,
  MeshNetworks,
  NamespaceSidecar,
  Naming,
  NodePortService,
  Offer,
  OfferedNetworkPolicy,
  OfferedServiceEntry,
  OfferedWorkloadPolicy,
  OperatorNetworkPolicy,
  Protocol,
  PxcNetworkPolicy,
  PxcReplicaSet,
  RemoteSecretSource,
  WorkloadPortPolicy,
} from '../../lib';
import { constructRefusal, refusal } from '../support/objects';
import { requireValid } from '../support/valid';

// Wherever a text may be given, a secret may be given by mistake: planted in every one of them, plain, in base64, among other text

const BODY = 'MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAoAoGCCqGSM49';
const PEM = `-----BEGIN ${'EC PRIVATE KEY'}-----\n${BODY}\n-----END ${'EC PRIVATE KEY'}-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const SECRETS = {
  key: PEM,
  'key in base64': base64(PEM),
  token: ['eyJhbGciOiJSUzI1NiJ9', 'eyJpc3MiOiJrdWJlcm5ldGVzIn0', 'c2lnbmF0dXJlLW9mLW5vYm9keQ'].join('.'),
  kubeconfig: 'apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: abcdefghijklmnopqrstuv',
  'kubeconfig in base64': base64(`users:\n- user:\n    client-key-data: ${BODY}`),
  password: 'user: root\npassword: hunter22',
  'password among other text': 'see [client]\npassword=hunter22 in my.cnf',
};

const a = new Cluster({
  name: 'a',
  network: 'a',
  gatewayAddress: '203.0.113.1',
  apiServer: 'https://203.0.113.2',
});
const b = new Cluster({ name: 'b', network: 'b', apiServer: 'https://203.0.113.3' });
type Props = { [key: string]: unknown };
const withOffer = (offer: Offer) => {
  const fleet = new Fleet({ meshId: 'm', clusters: [a, b], discovery: true });
  fleet.offer(offer);
  return refusal(() => requireValid(fleet));
};
const withCluster = (more: Props) =>
  refusal(() =>
    requireValid(
      new Fleet({
        meshId: 'm',
        clusters: [new Cluster({ name: 'c', network: 'c', ...more } as never)],
      }),
    ),
  );
const construct = (Construct: new (scope: never, id: string, props: never) => unknown) => (props: Props) =>
  constructRefusal((chart) => new Construct(chart as never, 'x', props as never));

const common = {
  namespace: 'shop',
  name: 'web',
  serviceAccount: 'web',
  portName: 'http',
  port: 80,
  protocol: Protocol.HTTP,
};
const remote = { port: 80, protocol: 'http', portName: 'http' };

/** Everything that takes text, and how it is refused. */
const TAKERS: { [name: string]: [Props, (props: Props) => string[]] } = {
  cluster: [
    {
      ...{ name: 'c', network: 'c', gatewayAddress: 'gw.example.com', nodeAddresses: ['203.0.113.9'] },
      ...{ addressPool: ['203.0.113.0/24'], apiServer: 'https://203.0.113.2', trustDomain: 'c.example' },
      registryOnlyNamespaces: ['x'],
      gateway: {
        serviceType: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        serviceAnnotations: { note: 'x' },
        loadBalancerClass: 'x',
        cpuLimit: '1',
        memoryLimit: '1Gi',
        cpuRequest: '1',
        memoryRequest: '1Gi',
        loadBalancerSourceRanges: ['10.0.0.0/8'],
      },
    },
    withCluster,
  ],
  fleet: [
    { meshId: 'm', trustDomain: 'x', istioNamespace: 'x', revision: 'x' },
    (props) => refusal(() => requireValid(new Fleet({ clusters: [a], ...props } as never))),
  ],
  'control plane': [
    {
      version: '1.30.3',
      compatibilityVersion: '1.29',
      cpuRequest: '1',
      memoryRequest: '1Gi',
      cpuLimit: '1',
      memoryLimit: '1Gi',
    },
    (props) => withCluster({ controlPlane: ControlPlane.flux(props) }),
  ],
  'remote secret': [
    { storeName: 'x', storeKind: 'SecretStore', remoteKey: 'x', property: 'x', refreshInterval: '1h' },
    (props) => withCluster({ remoteSecret: RemoteSecretSource.externalSecret(props as never) }),
  ],
  'authority from a store': [
    { storeName: 'x', storeKind: 'SecretStore', remoteKey: 'x', refreshInterval: '1h' },
    (props) => withCluster({ ca: CaSource.externalSecret(props as never) }),
  ],
  'authority of cert-manager': [
    { issuerName: 'x', issuerKind: 'Issuer', issuerGroup: 'x.example', caSecretName: 'x' },
    (props) => withCluster({ ca: CaSource.certManager(props as never) }),
  ],
  'offer of a StatefulSet': [
    { ...common, service: 'web', replicas: 1, podLabels: { app: 'web' } },
    (props) => withOffer(Offer.statefulSet({ from: a, to: [b.namespace('x')], ...props } as never)),
  ],
  'offer of a group': [
    { ...common, podLabels: { app: 'web' }, host: 'web.global', address: '240.0.0.1' },
    (props) => withOffer(Offer.group({ from: a, to: [b.namespace('x')], ...props } as never)),
  ],
  'offer of a Service': [
    { ...common, podLabels: { app: 'web' }, localNamespaces: ['x'], clusterHost: 'web.global' },
    (props) => withOffer(Offer.service({ from: a, to: [b.namespace('x')], ...props } as never)),
  ],
  naming: [
    { suffix: 'a.global' },
    ({ suffix }) =>
      withOffer(
        Offer.statefulSet({
          ...common,
          from: a,
          replicas: 1,
          to: [b.namespace('x')],
          naming: Naming.alias(suffix as string),
        }),
      ),
  ],
  caller: [
    { namespace: 'x', account: 'x' },
    ({ namespace, account }) =>
      withOffer(
        Offer.statefulSet({
          ...common,
          from: a,
          replicas: 1,
          to: [b.namespace(namespace as string).serviceAccount(account as string)],
        }),
      ),
  ],
  database: [
    {
      name: 'db',
      channel: 'c',
      host: 'db.global',
      address: '240.0.0.1',
      secretsName: 'x',
      storageClassName: 'x',
      operatorNamespace: 'x',
    },
    (props) => {
      const fleet = new Fleet({ meshId: 'm', clusters: [a, b] });
      fleet.database({ source: a.namespace('x'), replicas: [b.namespace('y')], ...props } as never);
      return refusal(() => requireValid(fleet));
    },
  ],
  'client of a database': [
    { namespace: 'x', account: 'x' },
    ({ namespace, account }) => {
      const fleet = new Fleet({ meshId: 'm', clusters: [a, b] });
      const client = a.namespace(namespace as string).serviceAccount(account as string);
      fleet.database({ name: 'db', source: a.namespace('y'), replicas: [], clients: [client] });
      return refusal(() => requireValid(fleet));
    },
  ],
  EastWestGateway: [
    { network: 'n', hosts: ['a.b'], name: 'x', namespace: 'x', revision: 'x' },
    construct(EastWestGateway as never),
  ],
  IngressGateway: [{ name: 'x', namespace: 'x', revision: 'x' }, construct(IngressGateway as never)],
  MeshNetworks: [
    { clusters: [{ name: 'a', network: 'a', gatewayAddress: '203.0.113.1' }], revision: 'x', namespace: 'x' },
    construct(MeshNetworks as never),
  ],
  NodePortService: [
    { ...remote, name: 'x', podLabels: { a: 'b' }, nodePort: 30080, namespace: 'x' },
    construct(NodePortService as never),
  ],
  OfferedServiceEntry: [
    { ...remote, name: 'x', host: 'a.b', podLabels: { a: 'b' }, namespace: 'x', gatewayNamespace: 'x' },
    construct(OfferedServiceEntry as never),
  ],
  OfferedWorkloadPolicy: [
    {
      name: 'x',
      namespace: 'x',
      podLabels: { a: 'b' },
      port: 80,
      snis: ['a.b'],
      principals: ['x/ns/y/sa/z'],
      serviceHosts: ['a.b'],
      localPrincipals: ['x/ns/y/sa/z'],
    },
    construct(OfferedWorkloadPolicy as never),
  ],
  WorkloadPortPolicy: [
    { name: 'x', namespace: 'x', podLabels: { a: 'b' }, ports: [80], principals: ['x/ns/y/sa/z'] },
    construct(WorkloadPortPolicy as never),
  ],
  CrossClusterServiceEntry: [
    {
      ...remote,
      host: 'a.b',
      endpoints: [{ address: '203.0.113.1' }],
      serverIdentity: 'spiffe://x/ns/y/sa/z',
      sourceSni: 'outbound_.80_._.a.b',
      address: '240.0.0.1',
      name: 'x',
      namespace: 'x',
    },
    construct(CrossClusterServiceEntry as never),
  ],
  NamespaceSidecar: [{ hosts: ['x/y.z'], name: 'x', namespace: 'x' }, construct(NamespaceSidecar as never)],
  DefaultDeny: [{ name: 'x', namespace: 'x' }, construct(DefaultDeny as never)],
  GatewayNetworkPolicy: [
    { name: 'x', namespace: 'x', sourceRanges: ['10.0.0.0/8'] },
    construct(GatewayNetworkPolicy as never),
  ],
  OfferedNetworkPolicy: [
    {
      ...{ name: 'x', namespace: 'x', podLabels: { a: 'b' }, port: 80 },
      ...{ gatewayNamespace: 'x', gatewayName: 'x', localNamespaces: ['x'] },
    },
    construct(OfferedNetworkPolicy as never),
  ],
  OperatorNetworkPolicy: [{ namespace: 'x' }, construct(OperatorNetworkPolicy as never)],
  PxcNetworkPolicy: [
    { name: 'db', namespace: 'x', clientNamespaces: ['x'], operatorNamespace: 'x' },
    construct(PxcNetworkPolicy as never),
  ],
  PxcReplicaSet: [{ name: 'db', namespace: 'x', secretsName: 'x' }, construct(PxcReplicaSet as never)],
};

/** The paths of every text in props. */
function texts(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => texts(entry, [...path, key]));
}

function planted(props: Props, [first, ...rest]: (string | number)[], secret: string): Props {
  const key = first as string;
  const copy = (Array.isArray(props) ? [...(props as never)] : { ...props }) as Props;
  copy[key] = rest.length === 0 ? secret : planted(props[key] as Props, rest, secret);
  return copy;
}

const PLACES = Object.entries(TAKERS).flatMap(([name, [props, refuse]]) =>
  texts(props).map((path) => ({ place: `${name}: ${path.join('.')}`, props, path, refuse })),
);

test.each(PLACES)('$place', ({ props, path, refuse }) => {
  for (const [what, secret] of Object.entries(SECRETS)) {
    const lines = refuse(planted(props, path, secret));
    expect([what, lines.some((line) => line.includes('must hold no key material'))]).toEqual([what, true]);
    expect(lines.join('\n')).not.toContain(secret.slice(-24));
  }
});

test('every place is one that takes text without a secret too', () => {
  expect(PLACES.length).toBeGreaterThan(100);
});
