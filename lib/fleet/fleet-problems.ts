import { addressPoolProblems } from './address-pool-problems';
import { Cluster } from './cluster';
import type { ControlPlane } from './control-plane';
import { controlPlaneProblems } from './control-plane-problems';
import type { Database } from './database';
import { discoveryProblems, type Readers } from './discovery-problems';
import { callers, DATABASE_WORDS, type NamedOffer, OFFER_WORDS } from './named-offer';
import { namespaceProblems } from './namespace-problems';
import { networkPathProblems } from './network-path-problems';
import { Offer } from './offer';
import type { OfferedHost } from './offer-kinds';
import { overlappingPodsProblems } from './overlapping-pods-problems';
import { primaryProblems } from './primary-problems';
import { type Problem, show } from './problem';
import { pxcSettingsRules } from './pxc-settings';
import { registryOnlyNamespaceProblems } from './registry-only-namespace-problems';
import { checkValue, instanceOf, isDnsLabel } from './rules';
import { areSameDatabase, type NamedDatabase, sameNameProblems } from './same-name-problems';
import { samePodProblems } from './same-pod-problems';
import { sharedGatewayProblems } from './shared-gateway-problems';
import { strangerProblem } from './stranger-problems';
import { unusedGatewayProblems } from './unused-gateway-problems';

/** What of a fleet can be wrong between its members. */
interface Members extends Readers {
  readonly istioNamespace: string;
  controlPlaneOf(cluster: Cluster): ControlPlane;
  readonly clusters: readonly Cluster[];
  readonly workloadOffers: readonly Offer[];
  readonly databases: readonly Database[];
}

const SIZE_RULE = pxcSettingsRules.size;

const OFFER_RULE = instanceOf(Offer, 'make it with Offer.statefulSet({ … })');

/**
 * What is wrong with the members of a fleet, alone and between them, all in one go.
 */
export function fleetProblems(fleet: Members): Problem[] {
  const clusters = fleet.clusters.filter((cluster) => cluster instanceof Cluster);
  const areSound = clusters.length === fleet.clusters.length && clusters.every((one) => one.isComparable);
  const own = fleet.clusters.flatMap((cluster, index) =>
    cluster instanceof Cluster ? cluster.problems(`clusters[${index}]`) : [],
  );
  const { named, problems } = readOffers(fleet);
  // the checks below read every cluster: they need Clusters whose props have the right types
  if (clusters.length === 0 || !areSound) return [...own, ...problems];
  const databases = soundDatabases(fleet.databases, named);
  return [
    ...own,
    ...sameName(clusters),
    ...networkPathProblems(clusters, named),
    ...sharedGatewayProblems(clusters),
    ...addressPoolProblems(clusters),
    ...primaryProblems(clusters, named),
    ...controlPlaneProblems((cluster) => fleet.controlPlaneOf(cluster), clusters, named),
    ...discoveryProblems(fleet, clusters, named),
    ...registryOnlyNamespaceProblems(clusters, named),
    ...samePodProblems(fleet, named, withoutPaths(databases)),
    ...namespaceProblems(fleet, named, fleet.databases),
    ...problems,
    // an offer that could not be read may need the gateway
    ...(named.length === fleet.workloadOffers.length + fleet.databases.length
      ? unusedGatewayProblems(clusters, named)
      : []),
    ...named.flatMap((entry) => [
      ...unknownClusters(entry, clusters),
      ...offeredToItself(entry),
      ...hiddenByLocalPods(entry, named),
    ]),
    ...sameHostTwice(named),
    ...overlappingPodsProblems(named, withoutPaths(databases)),
    ...sameNameProblems(named, databases),
    ...hiddenAddresses(clusters, named),
  ];
}

/** All offers' own problems, and those offers that can be held against others. */
function readOffers(fleet: Members): { named: NamedOffer[]; problems: Problem[] } {
  const offers = fleet.workloadOffers.map((offer, index) => {
    const path = `offers[${index}]`;
    const wrongType = checkValue(path, offer, OFFER_RULE);
    const problems = wrongType.length > 0 ? wrongType : offer.problems(path);
    return { path, offer, words: OFFER_WORDS, problems };
  });
  const databases = fleet.databases.map((database, index) => {
    const path = `databases[${index}]`;
    return { path, offer: database.offer, words: DATABASE_WORDS, problems: database.problems(path) };
  });
  const all = [...offers, ...databases];
  return {
    named: all.filter(({ offer }) => offer instanceof Offer && offer.isComparable),
    problems: all.flatMap(({ problems }) => problems),
  };
}

/** Databases whose parts are of the right kinds. */
function soundDatabases(databases: readonly Database[], named: readonly NamedOffer[]): NamedDatabase[] {
  const sound = new Set(named.map(({ offer }) => offer));
  return databases
    .map((database, index) => ({ path: `databases[${index}]`, database }))
    .filter(
      ({ database: { name, offer, size } }) => isDnsLabel(name) && SIZE_RULE.holds(size) && sound.has(offer),
    );
}

function withoutPaths(databases: readonly NamedDatabase[]): Database[] {
  return databases.map(({ database }) => database);
}

function sameName(clusters: Cluster[]): Problem[] {
  return clusters.flatMap((cluster, index) => {
    const first = clusters.findIndex(({ name }) => name === cluster.name);
    if (first === index) return [];
    return {
      path: `clusters[${index}].name`,
      must: `differ from clusters[${first}].name`,
      got: show(cluster.name),
      advice: 'give each cluster a name of its own',
    };
  });
}

function unknownClusters(entry: NamedOffer, clusters: Cluster[]): Problem[] {
  const { path, offer, words } = entry;
  const problem = (where: string, cluster: Cluster) => strangerProblem(`${path}.${where}`, cluster, clusters);
  return [
    ...(clusters.includes(offer.from) ? [] : [problem(words.from, offer.from)]),
    ...callers(entry).flatMap(({ caller, where }) =>
      clusters.includes(caller.cluster) ? [] : [problem(where, caller.cluster)],
    ),
  ];
}

function offeredToItself(entry: NamedOffer): Problem[] {
  const { path, offer } = entry;
  return callers(entry).flatMap(({ caller, where }) =>
    caller.cluster !== offer.from
      ? []
      : {
          path: `${path}.${where}`,
          must: 'be in another cluster than the one that offers',
          got: `'${caller.cluster.name}', namespace '${caller.name}'`,
          advice: 'leave it out: callers inside the cluster reach the pods without an offer',
        },
  );
}

/** DNS answers with the local pod where one has the same full name. */
function hiddenByLocalPods(entry: NamedOffer, all: NamedOffer[]): Problem[] {
  const { path, offer } = entry;
  if (!offer.canCollide) return [];
  const hosts = new Set(offer.hosts.map(({ consumerHost }) => consumerHost));
  return callers(entry).flatMap(({ caller, where }) => {
    const local = all.find(
      ({ offer: other }) =>
        other.from === caller.cluster && other.hosts.some(({ sourceHost }) => hosts.has(sourceHost)),
    );
    if (caller.cluster === offer.from || (caller.name !== offer.namespace && !local)) return [];
    return {
      path: `${path}.${where}`,
      must: `not have pods of its own named like the remote ones (${offer.hosts[0]?.consumerHost} and on)`,
      got: `namespace '${caller.name}' of '${caller.cluster.name}'`,
      advice: 'use a namespace of another name there, or naming: Naming.alias(suffix)',
    };
  });
}

function sameHostTwice(named: NamedOffer[]): Problem[] {
  const seen = new Map<string, NamedOffer>();
  return named.flatMap((entry) => {
    const hosts = entry.offer.hosts.flatMap((host) => hostKeys(entry, host));
    const clash = hosts.find((host) => seen.has(host));
    const first = clash && seen.get(clash);
    for (const host of hosts) if (!seen.has(host)) seen.set(host, entry);
    if (!clash || !first || first === entry || areSameDatabase(first, entry)) return [];
    const samePort = first.offer.port === entry.offer.port;
    return {
      path: samePort ? entry.path : `${entry.path}.port`,
      must: samePort ? 'offer a host once' : `be ${first.offer.port}, as in ${first.path} for the same host`,
      got: samePort ? `${clash}, which ${first.path} offers too` : `${entry.offer.port} for ${clash}`,
      advice: samePort ? "put all callers into one offer's `to`" : 'offer one port of a workload',
    };
  });
}

/** The same host in two clusters is two workloads, unless some caller sees both. */
function hostKeys(entry: NamedOffer, { sourceHost, consumerHost, onlyCluster }: OfferedHost): string[] {
  const { from, isDiscovered } = entry.offer;
  const source = `host ${sourceHost} of cluster ${from.name}`;
  // Services of one name are one to the mesh: discoveryProblems has them agree
  if (isDiscovered && !onlyCluster) return [source];
  const consumers = callers(entry).map(
    ({ caller }) => `host ${consumerHost} in namespace ${caller.name} of cluster ${caller.cluster.name}`,
  );
  return [...(onlyCluster ? [] : [source]), ...consumers];
}

/** A consumer that dials a gateway, a node or an API server by name must not be led elsewhere by an alias of that name. */
function hiddenAddresses(clusters: Cluster[], named: NamedOffer[]): Problem[] {
  const real = new Map(clusters.flatMap((cluster) => cluster.addresses.map((address) => [address, cluster])));
  return named.flatMap(({ path, offer }) =>
    offer.hosts.flatMap(({ consumerHost }) => {
      const owner = real.get(consumerHost);
      if (!owner) return [];
      return {
        path,
        must: 'not be dialled by a name that a cluster is reached under, which the mesh would then lead to the pods',
        got: `${show(consumerHost)}, an address of ${show(owner.name)}`,
        advice: 'choose a name that nothing has',
      };
    }),
  );
}
