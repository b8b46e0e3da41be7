import { load } from 'js-yaml';
import { Cluster, Fleet, FleetManifests, Offer, Protocol } from '../../lib';
import { type AnyObject, ofKind, only, refusal } from '../support/objects';
import { filesOf, objectsIn } from '../support/rendered';
import { requireValid } from '../support/valid';

// clusters that were there, each with a trust domain, before they became a fleet

const east = new Cluster({
  name: 'east',
  network: 'e',
  gatewayAddress: '203.0.113.1',
  trustDomain: 'east.example',
});
const west = new Cluster({ name: 'west', network: 'w', gatewayAddress: '203.0.113.2' });
const north = new Cluster({ name: 'north', network: 'n' });
const fleet = () => {
  const made = new Fleet({ meshId: 'm', trustDomain: 'fleet.example', clusters: [east, west, north] });
  made.offer(
    Offer.statefulSet({
      ...{ from: east, namespace: 'shop', name: 'queue', replicas: 1, port: 5672, protocol: Protocol.TCP },
      to: [west.namespace('desk').serviceAccount('till')],
    }),
  );
  return made;
};
const meshConfig = (name: string) =>
  (load(filesOf(new FleetManifests(fleet()))[`install/${name}/istio.yaml`] ?? '') as AnyObject).spec
    .meshConfig;

test('each istiod has its own domain, and those of its neighbours for aliases', () => {
  expect(meshConfig('east')).toMatchObject({
    trustDomain: 'east.example',
    trustDomainAliases: ['fleet.example'],
  });
  expect(meshConfig('west')).toMatchObject({
    trustDomain: 'fleet.example',
    trustDomainAliases: ['east.example'],
  });
  expect(meshConfig('north')).not.toHaveProperty('trustDomainAliases');
});

test('a remote cluster’s installation says the trust domain, because its primary reads it there', () => {
  const far = new Cluster({
    ...{ name: 'far', network: 'f', gatewayAddress: '203.0.113.3' },
    ...{ primary: east, apiServer: 'https://203.0.113.9' },
  });
  const files = filesOf(new FleetManifests(new Fleet({ meshId: 'm', clusters: [east, far] })));
  const { meshConfig } = (load(files['install/far/istio.yaml'] ?? '') as AnyObject).spec;
  expect(meshConfig).toEqual({ trustDomain: 'east.example' });
});

test('callers are named by their domain, and servers proven by theirs', () => {
  const [{ source }] = only(objectsIn(fleet(), 'east'), 'AuthorizationPolicy').spec.rules[0].from;
  expect(source.notPrincipals).toEqual(['fleet.example/ns/desk/sa/till']);
  const [entry] = ofKind(objectsIn(fleet(), 'west'), 'ServiceEntry');
  expect(entry.spec.subjectAltNames).toEqual(['spiffe://east.example/ns/shop/sa/default']);
});

test('refused: what is no domain, and one for a cluster whose certificates another signs', () => {
  const odd = new Cluster({ name: 'odd', network: 'o', trustDomain: 'Not A Domain' });
  expect(refusal(() => requireValid(new Fleet({ meshId: 'm', clusters: [odd] })))[0]).toMatch(
    /^clusters\[0\]\.trustDomain: must be a DNS name/,
  );
  const remote = new Cluster({
    ...{
      name: 'remote',
      network: 'r',
      primary: east,
      apiServer: 'https://203.0.113.9',
      trustDomain: 'r.example',
    },
  });
  expect(refusal(() => requireValid(new Fleet({ meshId: 'm', clusters: [east, remote] })))).toEqual([
    "clusters[1].trustDomain: must be left out of a cluster with a primary, whose istiod signs for it, got 'r.example'; its trust domain is that of 'east'",
  ]);
});
