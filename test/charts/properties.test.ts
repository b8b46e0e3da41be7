import { loadAll } from 'js-yaml';
import { type FleetSpec, fleetOf } from '../../lab/random/fleet-spec';
import { randomFleet } from '../../lab/random/random-fleet';
import { type Fleet, FleetManifests } from '../../lib';
import { takes } from '../../lib/offers/offer-plan';
import { plan } from '../../lib/plan/plan';
import { findKeyMaterial } from '../../lib/rules/key-material';
import { type AnyObject, ofKind } from '../support/objects';
import { filesOf } from '../support/rendered';

/** The fleets that prove --random takes too; 60 of them. */
const SEEDS = Array.from({ length: 60 }, (_, n) => n + 1);

const rendered = (fleet: Fleet) => filesOf(new FleetManifests(fleet));

/** The objects of a cluster's folder, by the cluster. Rendering takes most of these tests' time: each seed is rendered once. */
const objects = new Map<number, Map<string, AnyObject[]>>();

function objectsOf(seed: number, fleet: Fleet): Map<string, AnyObject[]> {
  const known = objects.get(seed);
  if (known) return known;
  const files = Object.entries(rendered(fleet));
  const made = new Map(
    fleet.clusters.map(({ name }) => [
      name,
      files.filter(([path]) => path.startsWith(`${name}/`)).flatMap(([, content]) => loadAll(content)),
    ]),
  );
  objects.set(seed, made);
  return made;
}

const holds = (property: (fleet: Fleet, spec: FleetSpec, objects: Map<string, AnyObject[]>) => void) => {
  for (const seed of SEEDS) {
    const spec = randomFleet(seed);
    try {
      const fleet = fleetOf(spec);
      property(fleet, spec, objectsOf(seed, fleet));
    } catch (error) {
      (error as Error).message = `seed ${seed}: ${(error as Error).message}`;
      throw error;
    }
  }
};

test('the same fleet gives the same bytes twice', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const spec = randomFleet(seed);
    expect(rendered(fleetOf(spec))).toEqual(rendered(fleetOf(spec)));
  }
});

test('an object’s kind, namespace and name are its own in a cluster', () => {
  holds((_fleet, _spec, all) => {
    for (const objects of all.values()) {
      const ids = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

test('no key material and no Secret is in the output, and no empty list or map', () => {
  holds((_fleet, _spec, all) => {
    for (const object of [...all.values()].flat()) {
      expect(findKeyMaterial(object)).toBeUndefined();
      if (object.kind === 'Secret') {
        // Kubernetes fills it in
        expect(object.type).toBe('kubernetes.io/service-account-token');
        expect(object.data ?? object.stringData).toBeUndefined();
      }
      // an empty selector says something: every pod
      const text = JSON.stringify(object).replaceAll('"podSelector":{}', '"podSelector":"all"');
      expect(text).not.toMatch(/\[\]|\{\}/);
    }
  });
});

test('a namespace with a database is open to its own, to the gateway and to named clients, and its neighbours’ names are in no policy', () => {
  holds((fleet, spec, all) => {
    const { istioNamespace = 'istio-system', networkPolicies = true } = spec;
    for (const [cluster, objects] of all) {
      const isHere = (one: { readonly cluster: string }) => one.cluster === cluster;
      const members = spec.databases.flatMap(({ source, replicas, clients = [], operatorNamespace }) =>
        [source, ...replicas].filter(isHere).map(({ namespace }) => ({
          namespace,
          operator: operatorNamespace ?? namespace,
          clients: clients.filter(isHere).map((client) => client.namespace),
        })),
      );
      const policies = ofKind(objects, 'NetworkPolicy');
      const closed = policies.filter(({ metadata }) => metadata.name === 'default-deny-ingress');
      expect(closed.map(({ metadata }) => metadata.namespace).sort()).toEqual(
        networkPolicies ? [...new Set(members.map(({ namespace }) => namespace))].sort() : [],
      );
      for (const { metadata, spec: policy } of policies) {
        if (metadata.namespace === istioNamespace) continue;
        const here = members.filter(({ namespace }) => namespace === metadata.namespace);
        const named = here.flatMap(({ operator, clients }) => [operator, ...clients]);
        for (const rule of policy.ingress ?? []) {
          // a caller by node port or from pod to pod is told from nobody by its address
          if (!rule.from) expect(metadata.name).toMatch(/^pxc-operator-webhook$|-offered$/);
          for (const { namespaceSelector, podSelector } of rule.from ?? []) {
            const name = namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? metadata.namespace;
            const isGateway = podSelector?.matchLabels?.istio === 'eastwestgateway';
            expect([metadata.namespace, isGateway ? istioNamespace : '', ...named]).toContain(name);
          }
        }
      }
    }
    expect(fleet.networkPolicies).toBe(networkPolicies);
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
  holds((fleet, _spec, all) => {
    const offerer = (address: string, port: number) =>
      fleet.clusters.find((one) => one.gatewayAddress === address && one.gatewayPort === port);
    let halves = 0;
    for (const objects of all.values()) {
      for (const entry of objects.filter(isConsumer)) {
        const { hosts, ports, endpoints } = entry.spec;
        halves += 1;
        expect([hosts.length, ports.length]).toEqual([1, 1]);
        for (const endpoint of endpoints) expect(Object.keys(endpoint.ports)).toEqual([ports[0].name]);
        const [{ address, ports: dialled }] = endpoints;
        const number = dialled[ports[0].name];
        const offering = offerer(address, number);
        if (!offering) {
          expect(isNodePort(fleet, all, address, number)).toBe(true);
          continue;
        }
        expect(endpoints).toHaveLength(1);
        // Istio's objects for a remote cluster are in its primary's folder
        const theirs = all.get(offering.primaryCluster.name) ?? [];
        const sni = sniOf(entry, objects);
        const [, port, host] = /^outbound_\.(\d+)_\._\.(.*)$/.exec(sni) ?? [];
        expect(Number(port)).toBe(ports[0].number);
        expect(gatewayHosts(theirs)).toContain(host);
        expect(routeOnGateway(theirs, host as string, Number(port))).toBe(true);
        const policies = ofKind(theirs, 'AuthorizationPolicy').filter(({ spec }) =>
          spec.rules[0].when?.[0].values.includes(sni),
        );
        expect(policies).toHaveLength(1);
      }
    }
    const offered = plan(fleet)
      .offers.filter(({ discovered }) => !discovered)
      .map(({ hosts, offer }) => {
        // an entry is for a namespace of all clusters of an istiod
        const namespaces = offer.to.map(({ cluster, name }) => `${cluster.primaryCluster.name}/${name}`);
        return hosts.length * new Set(namespaces).size;
      });
    expect(halves).toBe(offered.reduce((sum, count) => sum + count, 0));
  });
});

/** Whether an address and port are those of a Service for node ports. */
function isNodePort(fleet: Fleet, all: Map<string, AnyObject[]>, address: string, port: number): boolean {
  const cluster = fleet.clusters.find(({ nodeAddresses }) => nodeAddresses.includes(address));
  return ofKind(all.get(cluster?.name ?? '') ?? [], 'Service').some(
    ({ spec }) => spec.type === 'NodePort' && spec.ports[0].nodePort === port,
  );
}

/** The hosts of the east-west gateways, without those of istiod. */
function gatewayHosts(objects: AnyObject[]): string[] {
  return ofKind(objects, 'Gateway')
    .filter(({ metadata }) => metadata.name !== 'istiod-gateway')
    .flatMap(({ spec }) => spec.servers[0].hosts);
}

/** An entry of the offering cluster makes the route, or a Service for the pod, which bears the pod's name. */
function routeOnGateway(objects: AnyObject[], host: string, port: number): boolean {
  const isServiceOfPod = host.split('.').length === 5;
  const entries = ofKind(objects, 'ServiceEntry').filter(
    ({ spec }) => spec.workloadSelector && spec.hosts[0] === host && spec.ports[0].number === port,
  );
  return entries.length === (isServiceOfPod ? 0 : 1);
}

test('a gateway lists exactly the hosts of its offers, and some policy guards each', () => {
  holds((fleet, _spec, all) => {
    for (const cluster of fleet.clusters.filter(({ primary }) => !primary)) {
      const objects = all.get(cluster.name) ?? [];
      const offered = plan(fleet).offers.filter(
        (one) => one.offer.from.primaryCluster === cluster && takes(one, 'eastWestGateway'),
      );
      const listed = new Set(gatewayHosts(objects));
      expect(listed).toEqual(
        new Set(offered.flatMap(({ hosts }) => hosts.map(({ sourceHost }) => sourceHost))),
      );
      const guarded = ofKind(objects, 'AuthorizationPolicy')
        .flatMap(({ spec }) => spec.rules.flatMap((rule: AnyObject) => rule.when?.[0].values ?? []))
        .map((sni: string) => sni.replace(/^(outbound_\.\d+_\.[\w-]*|\*_)\./, ''));
      for (const host of listed) expect(guarded).toContain(host);
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
  holds((_fleet, _spec, all) => {
    for (const objects of all.values()) {
      const kinds = objects.map(({ kind }) => kind);
      const lastGuard = Math.max(...GUARDS.map((kind) => kinds.lastIndexOf(kind)));
      const firstGuarded = kinds.findIndex((kind) => GUARDED.includes(kind));
      if (firstGuarded >= 0) expect(lastGuard).toBeLessThan(firstGuarded);
    }
  });
});
