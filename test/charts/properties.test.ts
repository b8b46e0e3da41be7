import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { Cluster, Fleet, FleetManifests, Naming, Offer, Protocol } from '../../lib';
import { plan } from '../../lib/plan/plan';
import { findKeyMaterial } from '../../lib/rules/key-material';
import { validate } from '../../lib/validation/validate';
import { SIDECAR_PORTS } from '../../lib/well-known/reserved';
import { type AnyObject, ofKind } from '../support/objects';
import { filesOf } from '../support/rendered';

// Any valid fleet, built afresh from plain numbers, so that it can be built twice.
interface Shape {
  readonly clusters: number;
  readonly trustDomain: string;
  readonly revision: string | undefined;
  readonly offers: readonly OfferShape[];
  readonly databases: readonly DatabaseShape[];
}
interface OfferShape {
  readonly from: number;
  readonly to: readonly number[];
  readonly replicas: number;
  readonly port: number;
  readonly protocol: Protocol;
  readonly naming: number;
  readonly labels: boolean;
  readonly account: string | undefined;
}
interface DatabaseShape {
  readonly source: number;
  readonly replicas: readonly number[];
  readonly size: number;
  readonly naming: number;
}

const index = fc.nat({ max: 4 });
const offerShape: fc.Arbitrary<OfferShape> = fc.record({
  from: index,
  to: fc.array(index, { minLength: 1, maxLength: 3 }),
  replicas: fc.integer({ min: 1, max: 7 }),
  port: fc.integer({ min: 1, max: 65535 }).filter((port) => !SIDECAR_PORTS.includes(port)),
  protocol: fc.constantFrom(...Object.values(Protocol)),
  naming: fc.nat({ max: 2 }),
  labels: fc.boolean(),
  account: fc.option(fc.constantFrom('web', 'worker'), { nil: undefined }),
});
const shape: fc.Arbitrary<Shape> = fc.record({
  clusters: fc.integer({ min: 2, max: 5 }),
  trustDomain: fc.constantFrom('cluster.local', 'mesh.example.com'),
  revision: fc.option(fc.constant('canary'), { nil: undefined }),
  offers: fc.array(offerShape, { maxLength: 4 }),
  databases: fc.array(
    fc.record({
      source: index,
      replicas: fc.array(index, { maxLength: 2 }),
      size: fc.constantFrom(1, 3, 5, 7),
      naming: fc.nat({ max: 2 }),
    }),
    { maxLength: 2 },
  ),
});

function build({ clusters: count, trustDomain, revision, offers, databases }: Shape): Fleet {
  const clusters = Array.from({ length: count }, (_, n) => {
    const gatewayAddress = n % 2 ? `gw${n}.example.com` : `203.0.113.${n + 1}`;
    return new Cluster({ name: `c${n}`, network: `net${n}`, gatewayAddress, gatewayPort: 15443 + n });
  });
  const cluster = (n: number) => clusters[n % count] as Cluster;
  const others = (from: number, to: readonly number[]) => [
    ...new Set(to.map(cluster).filter((one) => one !== cluster(from))),
  ];
  const naming = (kind: number, n: number) =>
    [Naming.podHostname(), Naming.servicePerPod(), Naming.alias(`x${n}.global`)][kind];
  const fleet = new Fleet({ meshId: 'm', clusters, trustDomain, revision });
  offers.forEach(({ from, to, labels, account, ...same }, n) => {
    const callers = others(from, to).map((one) => one.namespace(`caller${n}`));
    if (callers.length === 0) return;
    fleet.offer(
      Offer.statefulSet({
        ...same,
        from: cluster(from),
        namespace: `ns${n}`,
        name: `app${n}`,
        naming: naming(same.naming, n),
        podLabels: labels ? { app: `app${n}` } : undefined,
        to: account ? callers.map((caller) => caller.serviceAccount(account)) : callers,
      }),
    );
  });
  databases.forEach(({ source, replicas, size, naming: kind }, n) => {
    fleet.database({
      name: `db${n}`,
      source: cluster(source).namespace(`data${n}`),
      replicas: others(source, replicas).map((one) => one.namespace(`copy${n}`)),
      size,
      allowUnsafeSize: true,
      naming: naming(kind, 10 + n),
      clients: [cluster(source).namespace(`shop${n}`)],
    });
  });
  return fleet;
}

const rendered = (fleet: Fleet) => filesOf(new FleetManifests(fleet));

function objectsByCluster(fleet: Fleet): Map<string, AnyObject[]> {
  const files = Object.entries(rendered(fleet));
  return new Map(
    fleet.clusters.map(({ name }) => [
      name,
      files.filter(([path]) => path.startsWith(`${name}/`)).flatMap(([, content]) => loadAll(content)),
    ]),
  );
}

const holds = (property: (fleet: Fleet, shape: Shape) => void) =>
  fc.assert(
    fc.property(shape, (one) => property(build(one), one)),
    { numRuns: 60 },
  );

test('any such fleet is valid', () => {
  holds((fleet) => expect(validate(fleet)).toEqual([]));
});

test('the same fleet gives the same bytes twice', () => {
  holds((fleet, same) => expect(rendered(build(same))).toEqual(rendered(fleet)));
});

test('an object’s kind, namespace and name are its own in a cluster', () => {
  holds((fleet) => {
    for (const objects of objectsByCluster(fleet).values()) {
      const ids = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

test('no key material and no Secret is in the output, and no empty list or map', () => {
  holds((fleet) => {
    for (const object of [...objectsByCluster(fleet).values()].flat()) {
      expect(findKeyMaterial(object)).toBeUndefined();
      expect(object.kind).not.toBe('Secret');
      // an empty selector says something: every pod
      const text = JSON.stringify(object).replaceAll('"podSelector":{}', '"podSelector":"all"');
      expect(text).not.toMatch(/\[\]|\{\}/);
    }
  });
});

test('a namespace with a database is open to its own, to the gateway and to named clients, and its neighbours’ names are in no policy', () => {
  holds((fleet) => {
    for (const [cluster, objects] of objectsByCluster(fleet)) {
      const policies = ofKind(objects, 'NetworkPolicy');
      const closed = policies.filter(({ metadata }) => metadata.name === 'default-deny-ingress');
      const members = fleet.databases.flatMap((one) =>
        one.members.filter(({ at }) => at.cluster.name === cluster),
      );
      expect(closed.map(({ metadata }) => metadata.namespace).sort()).toEqual(
        [...new Set(members.map(({ at }) => at.name))].sort(),
      );
      for (const { metadata, spec } of policies.filter(
        ({ metadata }) => metadata.namespace !== 'istio-system',
      )) {
        for (const rule of spec.ingress ?? []) {
          // everybody is let in nowhere but at the operator's webhook
          if (!rule.from) expect(metadata.name).toBe('pxc-operator-webhook');
          for (const { namespaceSelector, podSelector } of rule.from ?? []) {
            const name = namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? 'own';
            const isGateway = podSelector?.matchLabels?.istio === 'eastwestgateway';
            expect(name).toBe(
              isGateway
                ? 'istio-system'
                : name === 'own'
                  ? 'own'
                  : metadata.namespace.replace(/^[a-z]+/, 'shop'),
            );
          }
        }
      }
    }
  });
});

/** The SNI with which a consumer's proxy asks the other gateway: Istio's own, or the one that the rule rewrites. */
function sniOf(entry: AnyObject, objects: AnyObject[]): string {
  const rule = ofKind(objects, 'DestinationRule').find(
    ({ metadata, spec }) =>
      metadata.namespace === entry.metadata.namespace && spec.host === entry.spec.hosts[0],
  );
  const [{ number }] = entry.spec.ports;
  return rule.spec.trafficPolicy.tls?.sni ?? `outbound_.${number}_._.${entry.spec.hosts[0]}`;
}

const isConsumer = ({ kind, spec }: AnyObject) => kind === 'ServiceEntry' && spec.endpoints;

test('both halves of every offer agree', () => {
  holds((fleet) => {
    const all = objectsByCluster(fleet);
    const byAddress = new Map(
      fleet.clusters.map((one) => [`${one.gatewayAddress}:${one.gatewayPort}`, one.name]),
    );
    let halves = 0;
    for (const objects of all.values()) {
      for (const entry of objects.filter(isConsumer)) {
        const { hosts, ports, endpoints } = entry.spec;
        expect([hosts.length, ports.length, endpoints.length]).toEqual([1, 1, 1]);
        expect(Object.keys(endpoints[0].ports)).toEqual([ports[0].name]);
        const offering = byAddress.get(`${endpoints[0].address}:${endpoints[0].ports[ports[0].name]}`);
        const theirs = all.get(offering ?? '') ?? [];
        const sni = sniOf(entry, objects);
        const [, port, host] = /^outbound_\.(\d+)_\._\.(.*)$/.exec(sni) ?? [];
        expect(Number(port)).toBe(ports[0].number);
        expect(ofKind(theirs, 'Gateway')[0].spec.servers[0].hosts).toContain(host);
        expect(routeOnGateway(theirs, host as string, Number(port))).toBe(true);
        const policies = ofKind(theirs, 'AuthorizationPolicy').filter(({ spec }) =>
          spec.rules[0].when?.[0].values.includes(sni),
        );
        expect(policies).toHaveLength(1);
        halves += 1;
      }
    }
    const offered = plan(fleet).offers.reduce(
      (sum, { hosts, offer }) => sum + hosts.length * offer.to.length,
      0,
    );
    expect(halves).toBe(offered);
  });
});

/** An entry of the offering cluster makes the route, or a Service for the pod, which bears the pod's name. */
function routeOnGateway(objects: AnyObject[], host: string, port: number): boolean {
  const isServiceOfPod = host.split('.').length === 5;
  const entries = ofKind(objects, 'ServiceEntry').filter(
    ({ spec }) => spec.workloadSelector && spec.hosts[0] === host && spec.ports[0].number === port,
  );
  return entries.length === (isServiceOfPod ? 0 : 1);
}

test('a gateway lists exactly the hosts that some policy guards', () => {
  holds((fleet) => {
    for (const objects of objectsByCluster(fleet).values()) {
      const listed = ofKind(objects, 'Gateway').flatMap(({ spec }) => spec.servers[0].hosts);
      const guarded = ofKind(objects, 'AuthorizationPolicy')
        .flatMap(({ spec }) => spec.rules[0].when?.[0].values ?? [])
        .map((sni: string) => sni.replace(/^outbound_\.\d+_\._\./, ''));
      expect(new Set(listed)).toEqual(new Set(guarded));
    }
  });
});

const GUARDS = ['AuthorizationPolicy', 'PeerAuthentication', 'NetworkPolicy', 'Sidecar'];
const GUARDED = [
  'ServiceEntry',
  'Gateway',
  'Service',
  'Deployment',
  'PerconaXtraDBCluster',
  'VirtualService',
];

test('policies stand in files before what leads to what they guard', () => {
  holds((fleet) => {
    for (const objects of objectsByCluster(fleet).values()) {
      const kinds = objects.map(({ kind }) => kind);
      const lastGuard = Math.max(...GUARDS.map((kind) => kinds.lastIndexOf(kind)));
      const firstGuarded = kinds.findIndex((kind) => GUARDED.includes(kind));
      if (firstGuarded >= 0) expect(lastGuard).toBeLessThan(firstGuarded);
    }
  });
});
