import { refusals } from '../../../lab/fleet-limits';
import { type FleetSpec, fleetOf, type OfferSpec } from '../../../lab/random/fleet-spec';
import { modelled } from '../../../lab/random/modelled';
import { randomFleet } from '../../../lab/random/random-fleet';
import {
  CaSource,
  Cluster,
  ControlPlane,
  Fleet,
  NetworkPath,
  Offer,
  Protocol,
  PxcRelease,
  RemoteSecretSource,
} from '../../../lib';
import { validate } from '../../../lib/validation/validate';

const SEEDS = Array.from({ length: 250 }, (_, n) => n + 1);
const specs = SEEDS.map(randomFleet);

test('the same seed gives the same fleet, and another seed another', () => {
  expect(SEEDS.slice(0, 50).map(randomFleet)).toEqual(specs.slice(0, 50));
  expect(new Set(specs.map((spec) => JSON.stringify(spec))).size).toBe(specs.length);
});

test('the fleet of a seed that a proof was written down for stays as it is', () => {
  const { clusters, offers, databases } = randomFleet(1);
  expect({
    clusters: clusters.map(({ name }) => name),
    offers: offers.map(({ kind, props }) => `${kind} ${props.name}`),
    databases: databases.map(({ name }) => name),
  }).toMatchInlineSnapshot(`
{
  "clusters": [
    "east-1",
    "b",
    "z9",
    "alpha",
  ],
  "databases": [
    "db0",
  ],
  "offers": [
    "statefulSet a-name-that-is-rather-long-for-a-stateful-set-0",
  ],
}
`);
});

test('the model accepts every fleet', () => {
  const refused = specs.flatMap((spec, index) =>
    validate(fleetOf(spec)).map(({ path, expected }) => `seed ${SEEDS[index]}: ${path}: ${expected}`),
  );
  expect(refused).toEqual([]);
});

/** What the props of the model are, told by the errors about one that there is not. */
function knownProps(): ReadonlyMap<string, readonly string[]> {
  const odd = { noSuchProp: 1 } as object;
  const store = { storeName: 's', remoteKey: 'k', ...odd };
  const here = new Cluster({
    ...{ name: 'here', network: 'n1', gatewayAddress: '203.0.113.1', ...odd },
    controlPlane: ControlPlane.istioctl(odd),
    ca: CaSource.certManager({ issuerName: 'i', ...odd }),
    remoteSecret: RemoteSecretSource.externalSecret(store),
    gateway: odd,
  });
  const there = new Cluster({ name: 'there', network: 'n2', ca: CaSource.externalSecret(store) });
  const fleet = new Fleet({ meshId: 'm', clusters: [here, there], ...odd });
  const common = {
    from: here,
    namespace: 'n',
    port: 80,
    protocol: Protocol.HTTP,
    to: [there.namespace('c')],
  };
  const labels = { podLabels: { app: 'a' } };
  const via = NetworkPath.nodePort(odd);
  fleet.offer(Offer.statefulSet({ ...common, name: 'a', replicas: 1, via, ...odd }));
  fleet.offer(
    Offer.group({
      ...common,
      ...labels,
      name: 'b',
      host: 'b.global',
      via: NetworkPath.byNetwork(odd),
      ...odd,
    }),
  );
  fleet.offer(Offer.service({ ...common, ...labels, name: 'c', ...odd }));
  const release = PxcRelease.of({ ...PxcRelease.V1_19_MYSQL_8_0.props, ...odd });
  fleet.database({ name: 'd', source: here.namespace('d'), replicas: [], release, ...odd });
  const errors = validate(fleet);
  return new Map(
    errors.flatMap(({ path, expected }) => {
      const [, list] = /^be one of the known props \((.*)\)$/.exec(expected) ?? [];
      return list ? [[path.replace(/\.noSuchProp$/, ''), list.split(', ')] as const] : [];
    }),
  );
}

type Spec = { readonly [prop: string]: unknown };

/** Where a specification has the props of each place of knownProps. */
const GIVEN: Readonly<Record<string, (spec: FleetSpec) => readonly (object | undefined)[]>> = {
  fleet: (spec) => [spec],
  'clusters[0]': ({ clusters }) => clusters,
  'clusters[0].gateway': ({ clusters }) => clusters.map(({ gateway }) => gateway),
  'clusters[0].controlPlane': ({ clusters, controlPlane }) => [
    controlPlane?.props,
    ...clusters.map((one) => one.controlPlane?.props),
  ],
  'clusters[0].ca': ({ clusters }) =>
    clusters.map(({ ca }) => (ca?.kind === 'certManager' ? ca.props : undefined)),
  'clusters[1].ca': ({ clusters }) =>
    clusters.map(({ ca }) => (ca?.kind === 'externalSecret' ? ca.props : undefined)),
  'clusters[0].remoteSecret': ({ clusters }) =>
    clusters.map(({ remoteSecret }) =>
      remoteSecret?.kind === 'externalSecret' ? remoteSecret.props : undefined,
    ),
  'offers[0]': ({ offers }) => propsOf(offers, 'statefulSet'),
  'offers[0].via': ({ offers }) => pathsOf(offers, 'nodePort'),
  'offers[1]': ({ offers }) => propsOf(offers, 'group'),
  'offers[1].via': ({ offers }) => [...pathsOf(offers, 'byNetwork'), ...pathsOf(offers, 'nodePort')],
  'offers[2]': ({ offers }) => propsOf(offers, 'service'),
  'databases[0]': ({ databases }) => databases,
  'databases[0].release': ({ databases }) =>
    databases.map(({ release }) => (typeof release === 'object' ? release : undefined)),
};

function propsOf(offers: readonly OfferSpec[], kind: OfferSpec['kind']): object[] {
  return offers.filter((one) => one.kind === kind).map(({ props }) => props);
}

function pathsOf(offers: readonly OfferSpec[], kind: string): (object | undefined)[] {
  return offers.map((one) =>
    one.kind !== 'service' && one.props.via?.kind === kind && 'props' in one.props.via
      ? one.props.via.props
      : undefined,
  );
}

test('some seed gives every prop of the model', () => {
  const known = knownProps();
  expect([...known.keys()].sort()).toEqual(Object.keys(GIVEN).sort());
  const missing = [...known].flatMap(([path, names]) => {
    const given = new Set(
      specs.flatMap((spec) => (GIVEN[path]?.(spec) ?? []).flatMap((props) => namesIn(props as Spec))),
    );
    return names.filter((name) => !given.has(name)).map((name) => `${path}.${name}`);
  });
  expect(missing).toEqual([]);
});

function namesIn(props: Spec | undefined): string[] {
  return Object.entries(props ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

test('some seed has every kind of path, naming, install method, certificate and remote secret', () => {
  const kinds = (values: readonly (string | undefined)[]) => [...new Set(values)].sort();
  const clusters = specs.flatMap((spec) => spec.clusters);
  const offers = specs.flatMap((spec) => spec.offers);
  const databases = specs.flatMap((spec) => spec.databases);
  const stateful = offers.flatMap(({ kind, props }) => (kind === 'statefulSet' ? [props] : []));
  const vias = [
    ...offers.map((one) => (one.kind === 'service' ? 'byNetwork' : one.props.via?.kind)),
    ...databases.map(({ via }) => via?.kind),
  ];
  expect(kinds(vias)).toEqual(['byNetwork', 'eastWestGateway', 'nodePort', undefined]);
  expect(kinds([...stateful, ...databases].map(({ naming }) => naming?.kind))).toEqual([
    ...['alias', 'podHostname', 'servicePerPod'],
    undefined,
  ]);
  expect(kinds(clusters.map(({ ca }) => ca?.kind))).toEqual([
    ...['certManager', 'externalSecret', 'outOfBand'],
    undefined,
  ]);
  expect(kinds(clusters.map(({ remoteSecret }) => remoteSecret?.kind))).toEqual([
    ...['externalSecret', 'outOfBand'],
    undefined,
  ]);
  expect(kinds(specs.map(({ controlPlane }) => controlPlane?.method))).toEqual([
    ...['argoCd', 'flux', 'helmfile', 'istioctl', 'k3s', 'sail'],
    undefined,
  ]);
  expect(kinds(specs.map((spec) => String(spec.clusters.length)))).toEqual(['2', '3', '4']);
});

describe('the lab', () => {
  test('can prove every fleet without the props that it names', () => {
    for (const spec of specs) expect(refusals(fleetOf(modelled(spec).spec))).toEqual([]);
  });

  test('changes nothing that it does not name', () => {
    for (const spec of specs) {
      const { spec: changed, changes } = modelled(spec);
      if (changes.length === 0) expect(changed).toEqual(spec);
      expect(validate(fleetOf(changed))).toEqual([]);
    }
  });

  test('changes props of these places in some of the fleets', () => {
    const places = specs.flatMap((spec) =>
      modelled(spec).changes.map(({ path }) => path.replaceAll(/\[\d+\]/g, '[]')),
    );
    expect([...new Set(places)].sort()).toMatchInlineSnapshot(`
[
  "clusters[].controlPlane.dnsCapture",
  "clusters[].gatewayAddress",
  "databases[].address",
  "databases[].release",
  "offers[].address",
]
`);
  });
});
