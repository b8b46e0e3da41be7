import { Cluster, Fleet, Offer, Protocol } from '../../lib';
import { validate } from '../../lib/validation/validate';

const a = new Cluster({ name: 'a', network: 'a', gatewayAddress: '203.0.113.1' });
const b = new Cluster({ name: 'b', network: 'b' });
const to = [b.namespace('there')];

const group = (name: string, podLabels: { [key: string]: string }, port = 5672) =>
  Offer.group({
    ...{ from: a, namespace: 'shop', name, podLabels, port, to },
    host: `${name}.a.global`,
    protocol: Protocol.TCP,
  });
const statefulSet = (podLabels?: { [key: string]: string }) =>
  Offer.statefulSet({
    ...{ from: a, namespace: 'shop', name: 'queue', replicas: 2, port: 4369, to },
    protocol: Protocol.TCP,
    podLabels,
  });
const errors = (offers: Offer[], database = false) => {
  const fleet = new Fleet({ meshId: 'm', clusters: [a, b] });
  for (const offer of offers) fleet.offer(offer);
  if (database) fleet.database({ name: 'db', source: a.namespace('shop'), replicas: [b.namespace('copy')] });
  return validate(fleet).map(({ path, expected }) => `${path}: must ${expected}`);
};
const RULE =
  'may select too: Istio applies one PeerAuthentication to a pod, and the port of the other offer would take plain text';

describe('two offers that may select the same pods are refused', () => {
  test.each([
    ['the same labels', [group('one', { app: 'q' }), group('two', { app: 'q' }, 15_672)]],
    ['labels that one pod can have', [group('one', { app: 'q' }), group('two', { tier: 'back' }, 15_672)]],
    ['a StatefulSet’s pods by name, and labels', [statefulSet(), group('two', { app: 'queue' })]],
  ])('%s', (_, offers) => {
    expect(errors(offers)).toEqual([`offers[1]: must select no pods that offers[0] ${RULE}`]);
  });

  test.each([
    ['the operator’s own', { 'app.kubernetes.io/component': 'pxc' }],
    ['all pods of an operator’s', { 'app.kubernetes.io/managed-by': 'percona-xtradb-cluster-operator' }],
    ['a pod by its name', { 'statefulset.kubernetes.io/pod-name': 'db-pxc-0' }],
  ])('a database’s pods: %s', (_, labels) => {
    expect(errors([group('exporter', labels, 9104)], true)).toEqual([
      `databases[0]: must select no pods that offers[0] ${RULE}`,
    ]);
  });
});

describe('offers that select different pods, or offer the same port, are not', () => {
  test.each([
    ['two names for one port', [group('one', { app: 'q' }), group('two', { app: 'q' })], false],
    ['another value of one key', [group('one', { app: 'q' }), group('two', { app: 'r' })], false],
    [
      'a StatefulSet with labels of its own',
      [statefulSet({ app: 'queue' }), group('two', { app: 'q' })],
      false,
    ],
    ['a database, which has no label of an application', [group('one', { app: 'q' })], true],
    ['another database’s pods', [group('one', { 'app.kubernetes.io/instance': 'other' })], true],
  ] as const)('%s', (_, offers, database) => {
    expect(errors([...offers], database)).toEqual([]);
  });
});
