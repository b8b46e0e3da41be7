import { Naming, NetworkPath, Offer, Protocol, type StatefulSetOfferProps } from '../../lib';
import { lowerOffer, offerPropsErrors } from '../../lib/offers/kinds';
import { principalOf, spiffeIdentity } from '../../lib/rules/identity';
import { hello, twoClusters } from '../support/fleets';

const { a, b } = twoClusters();

test('a pod is offered under its own name, which is also what the gateway routes by', () => {
  expect(lowerOffer(hello(a, b, { replicas: 1 })).hosts).toEqual([
    {
      name: 'hello-0',
      sourceHost: 'hello-0.hello.demo.svc.cluster.local',
      localHost: 'hello-0.hello.demo.svc.cluster.local',
      pod: 'hello-0',
      consumerHost: 'hello-0.hello.demo.svc.cluster.local',
      sni: 'outbound_.8080_._.hello-0.hello.demo.svc.cluster.local',
      labels: { 'statefulset.kubernetes.io/pod-name': 'hello-0' },
    },
  ]);
});

test('there are as many pods as replicas, counted from 0', () => {
  expect(lowerOffer(hello(a, b, { replicas: 7 })).hosts.map(({ name }) => name)).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((ordinal) => `hello-${ordinal}`),
  );
});

test('the headless Service may have a name of its own', () => {
  expect(lowerOffer(hello(a, b, { service: 'hello-peers' })).hosts[2]?.sourceHost).toBe(
    'hello-2.hello-peers.demo.svc.cluster.local',
  );
});

test('with a Service for each pod, both sides use that Service', () => {
  const [pod] = lowerOffer(hello(a, b, { naming: Naming.servicePerPod() })).hosts;
  expect(pod?.consumerHost).toBe('hello-0.demo.svc.cluster.local');
  expect(pod?.sni).toBe('outbound_.8080_._.hello-0.demo.svc.cluster.local');
});

test('an alias changes what consumers dial and nothing of what the gateway sees', () => {
  const [pod] = lowerOffer(hello(a, b, { naming: Naming.alias('cluster-a.global') })).hosts;
  expect(pod?.consumerHost).toBe('hello-0.cluster-a.global');
  expect(pod?.sni).toBe('outbound_.8080_._.hello-0.hello.demo.svc.cluster.local');
});

test('policies select the pods together by their labels, or each by its name where no labels are known', () => {
  expect(lowerOffer(hello(a, b, { podLabels: { app: 'hello' } })).workloads).toEqual([
    { name: 'hello', labels: { app: 'hello' }, snis: lowerOffer(hello(a, b)).hosts.map(({ sni }) => sni) },
  ]);
  expect(
    lowerOffer(hello(a, b, { replicas: 2 })).workloads.map(({ name, labels }) => [name, labels]),
  ).toEqual([
    ['hello-0', { 'statefulset.kubernetes.io/pod-name': 'hello-0' }],
    ['hello-1', { 'statefulset.kubernetes.io/pod-name': 'hello-1' }],
  ]);
});

test('the identity of the pods is made from trust domain, namespace and service account', () => {
  expect(spiffeIdentity('mesh.example', 'demo', 'web')).toBe('spiffe://mesh.example/ns/demo/sa/web');
  expect(hello(a, b).serviceAccount).toBe('default');
});

test('a caller is a whole namespace or one service account of it', () => {
  expect(principalOf('cluster.local', 'demo-dr')).toBe('cluster.local/ns/demo-dr/sa/*');
  expect(principalOf('mesh.example', 'demo-dr', b.namespace('demo-dr').serviceAccount('curl').account)).toBe(
    'mesh.example/ns/demo-dr/sa/curl',
  );
});

test('an offer with every prop given has no problem', () => {
  const props: Required<StatefulSetOfferProps> = {
    from: a,
    namespace: 'demo',
    name: 'hello',
    service: 'hello-peers',
    replicas: 1000,
    port: 65535,
    protocol: Protocol.GRPC,
    portName: 'grpc-hello',
    to: [b.namespace('demo-dr').serviceAccount('curl')],
    naming: Naming.alias('a.global'),
    via: NetworkPath.nodePort({ firstNodePort: 30000 }),
    serviceAccount: 'hello',
    podLabels: { 'app.kubernetes.io/name': 'hello' },
    idleTimeoutSeconds: 0,
  };
  expect(offerPropsErrors('offer', Offer.statefulSet(props))).toEqual([]);
});
