import { Protocol } from '../../lib';
import type { Dice } from './dice';
import type { DatabaseSpec, NamespaceSpec, OfferSpec, PathSpec } from './fleet-spec';
import { isPlain, randomNaming, randomPath } from './random-databases';
import {
  callersBy,
  type Ground,
  istiodOf,
  othersThan,
  type Site,
  seesServicesOf,
  takesNodePort,
} from './sites';

/** Ports that a sidecar uses itself are not offered. */
const PORTS = [80, 443, 1, 5000, 8080, 9090, 10_250, 33_060, 50_051, 65_535];
const FIRST_NODE_PORT = 31_000;
const PORTS_APART = 40;

/** Offers of all three kinds, with every prop, that the fleet of these clusters accepts. */
export function randomOffers(dice: Dice, ground: Ground, databases: readonly DatabaseSpec[]): OfferSpec[] {
  const count = dice.pick([1, 1, 2, 2, 3]);
  const offers: OfferSpec[] = [];
  for (let n = 0; n < count; n++) {
    const own = dice.fork(`offer ${n}`);
    const from = own.pick(ground.sites);
    const service = own.chance(45) ? randomService(own, ground, from, n) : [];
    offers.push(...(service.length > 0 ? service : [randomPods(own, ground, from, n, offers, databases)]));
  }
  return offers.filter(({ props }) => props.to.length > 0);
}

/** A StatefulSet's pods, or a group. */
function randomPods(
  dice: Dice,
  ground: Ground,
  from: Site,
  n: number,
  before: readonly OfferSpec[],
  databases: readonly DatabaseSpec[],
): OfferSpec {
  const isGroup = dice.chance(35);
  const name = dice.pick([`web-${n}`, `a${n}`, `a-name-that-is-rather-long-for-a-stateful-set-${n}`]);
  const via = randomPath(dice, FIRST_NODE_PORT + n * PORTS_APART);
  const naming = dice.maybe(70, () => randomNaming(dice, `web-${n}.${from.name}.global`));
  const beside = dice.chance(25) ? neighbours(from, via, before, databases) : [];
  const namespace = beside.length > 0 ? dice.pick(beside) : `app-${n}`;
  const isLabelled = isGroup || beside.length > 0 || dice.chance(50);
  const hasOwnNames = isGroup || naming?.kind === 'alias';
  const sites = dice.some(callersBy(via, from, othersThan(ground, from)), 1, 3);
  const to = callers(dice, from, sites, via, n, hasOwnNames ? namespace : undefined);
  const common = {
    from: from.name,
    namespace,
    name,
    port: dice.pick(PORTS),
    protocol: dice.pick(Object.values(Protocol)),
    portName: dice.maybe(30, () => dice.pick(['main', 'a-port-name', 'http'])),
    to,
    via,
    serviceAccount: dice.maybe(60, () => dice.pick([`runs-${n}`, `a.dotted.account-${n}`])),
    idleTimeoutSeconds: dice.maybe(30, () => dice.pick([0, 3600, 31_536_000])),
  };
  const podLabels = { app: name, ...(dice.chance(30) ? { 'example.com/tier': 'front' } : {}) };
  if (isGroup) {
    return {
      kind: 'group',
      pods: dice.int(1, 3),
      props: {
        ...common,
        podLabels,
        host: `${name}.${from.name}.global`,
        address: dice.maybe(50, () => dice.pick([`240.0.1.${10 + n}`, `fd00::b${n}`])),
      },
    };
  }
  return {
    kind: 'statefulSet',
    props: {
      ...common,
      service: dice.maybe(40, () => `headless-${n}`),
      replicas: dice.pick([1, 2, 2, 3, 3, 3, 1, 2, 7]),
      naming,
      podLabels: isLabelled ? podLabels : undefined,
    },
  };
}

/** Namespaces of the cluster whose pods are all in the mesh and are told apart by the label `app`. */
function neighbours(
  from: Site,
  via: PathSpec | undefined,
  before: readonly OfferSpec[],
  databases: readonly DatabaseSpec[],
): string[] {
  if (isPlain(via)) return [];
  const offered = before
    .filter(({ props }) => props.from === from.name && props.podLabels !== undefined)
    .filter((one) => one.kind === 'service' || !isPlain(one.props.via))
    .map(({ props }) => props.namespace);
  const kept = databases
    .filter(({ source, via: way }) => source.cluster === from.name && !isPlain(way))
    .map(({ source }) => source.namespace);
  return [...offered, ...kept];
}

/** A Service, and sometimes the Service of the same name in another cluster. */
function randomService(dice: Dice, ground: Ground, from: Site, n: number): OfferSpec[] {
  const seen = othersThan(ground, from).filter((site) => seesServicesOf(ground, from, site));
  if (seen.length === 0) return [];
  const namespace = `app-${n}`;
  const name = dice.pick([`hello-${n}`, `s${n}`]);
  const sites = dice.some(seen, 1, 3);
  const protocol = dice.pick(Object.values(Protocol));
  const port = dice.pick(PORTS.filter((one) => one !== 9090));
  const localNamespaces = dice.maybe(35, () => [`front-${n}`]);
  const clusterHost = dice.chance(40);
  const account = dice.maybe(30, () => 'worker');
  const callersName = dice.pick([namespace, `callers-${n}`]);
  const common = {
    namespace,
    name,
    podLabels: { app: name },
    port,
    targetPort: dice.maybe(50, () => dice.pick([5000, 8081, port])),
    protocol,
    portName: dice.maybe(30, () => `${protocol}-main`),
    serviceAccount: dice.maybe(60, () => `runs-${n}`),
    idleTimeoutSeconds: dice.maybe(30, () => dice.pick([0, 3600])),
    localNamespaces,
  };
  const otherPorts = dice.maybe(40, () => ({ 'http-metrics': 9090 }));
  const offer = (at: Site, callersAt: readonly Site[]): OfferSpec => ({
    kind: 'service',
    pods: dice.int(1, 3),
    otherPorts,
    props: {
      ...common,
      from: at.name,
      to: callersAt.map((site) => ({ cluster: site.name, namespace: callersName, account })),
      clusterHost: clusterHost ? `${name}.${namespace}.svc.${at.name}.global` : undefined,
    },
  });
  const twin = dice.chance(40) ? dice.pick(sites) : undefined;
  if (!twin) return [offer(from, sites)];
  // the mesh balances each caller over both
  const both = [from, ...sites].filter((site) => seesServicesOf(ground, twin, site));
  return [
    offer(from, sites),
    offer(
      twin,
      both.filter((site) => site !== twin),
    ),
  ];
}

/** One caller or two in each of the clusters: whole namespaces, or accounts of them. */
function callers(
  dice: Dice,
  from: Site,
  sites: readonly Site[],
  via: PathSpec | undefined,
  n: number,
  ownNamespace: string | undefined,
): NamespaceSpec[] {
  const account = dice.maybe(40, () => dice.pick(['web', 'batch.jobs']));
  const isSame = ownNamespace !== undefined && dice.chance(35);
  return sites.flatMap((site) => {
    // an entry is for a namespace of all clusters of an istiod: it takes one path
    const isTold = sites.some((other) => isToldOtherwise(via, from, site, other));
    const mayBeSame = isSame && !isTold && istiodOf(site) !== istiodOf(from);
    const name = isTold ? `callers-${n}-${site.name}` : `callers-${n}`;
    const first = { cluster: site.name, namespace: mayBeSame ? ownNamespace : name, account };
    const second = { cluster: site.name, namespace: `more-${n}-${site.name}` };
    return dice.chance(20) ? [first, second] : [first];
  });
}

function isToldOtherwise(via: PathSpec | undefined, from: Site, one: Site, other: Site): boolean {
  return (
    istiodOf(one) === istiodOf(other) && takesNodePort(via, from, one) !== takesNodePort(via, from, other)
  );
}
