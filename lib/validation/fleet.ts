import { pxcSettingsRules } from '../database/pxc/settings';
import { Cluster } from '../model/cluster';
import type { ControlPlane } from '../model/control-plane';
import type { Database } from '../model/database';
import { Offer } from '../model/offer';
import type { OfferedHost } from '../model/offer-kinds';
import { type FieldError, show } from '../rules/field-error';
import { checkValue, instanceOf, isDnsLabel } from '../rules/rules';
import { addressPoolErrors } from './address-pools';
import { controlPlaneErrors } from './control-planes';
import { discoveryErrors, type Readers } from './discovery';
import { callers, DATABASE_WORDS, type NamedOffer, OFFER_WORDS } from './named-offer';
import { namespaceErrors } from './namespaces';
import { networkPathErrors } from './network-paths';
import { overlappingPodsErrors } from './overlapping-pods';
import { primaryErrors } from './primaries';
import { registryOnlyNamespaceErrors } from './registry-only-namespaces';
import { areSameDatabase, type NamedDatabase, sameNameErrors } from './same-names';
import { samePodErrors } from './same-pods';
import { sharedGatewayErrors } from './shared-gateways';
import { strangerError } from './unknown-clusters';
import { unusedGatewayErrors } from './unused-gateways';

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
export function fleetErrors(fleet: Members): FieldError[] {
  const clusters = fleet.clusters.filter((cluster) => cluster instanceof Cluster);
  const areSound = clusters.length === fleet.clusters.length && clusters.every((one) => one.isComparable);
  const own = fleet.clusters.flatMap((cluster, index) =>
    cluster instanceof Cluster ? cluster.errors(`clusters[${index}]`) : [],
  );
  const { named, errors } = readOffers(fleet);
  // the checks below read every cluster: they need Clusters whose props have the right types
  if (clusters.length === 0 || !areSound) return [...own, ...errors];
  const databases = soundDatabases(fleet.databases, named);
  return [
    ...own,
    ...sameName(clusters),
    ...networkPathErrors(clusters, named),
    ...sharedGatewayErrors(clusters),
    ...addressPoolErrors(clusters),
    ...primaryErrors(clusters, named),
    ...controlPlaneErrors((cluster) => fleet.controlPlaneOf(cluster), clusters, named),
    ...discoveryErrors(fleet, clusters, named),
    ...registryOnlyNamespaceErrors(clusters, named),
    ...samePodErrors(fleet, named, withoutPaths(databases)),
    ...namespaceErrors(fleet, named, fleet.databases),
    ...errors,
    // an offer that could not be read may need the gateway
    ...(named.length === fleet.workloadOffers.length + fleet.databases.length
      ? unusedGatewayErrors(clusters, named)
      : []),
    ...named.flatMap((entry) => [
      ...unknownClusters(entry, clusters),
      ...offeredToItself(entry),
      ...hiddenByLocalPods(entry, named),
    ]),
    ...sameHostTwice(named),
    ...overlappingPodsErrors(named, withoutPaths(databases)),
    ...sameNameErrors(named, databases),
    ...hiddenAddresses(clusters, named),
  ];
}

/** All offers' own problems, and those offers that can be held against others. */
function readOffers(fleet: Members): { named: NamedOffer[]; errors: FieldError[] } {
  const offers = fleet.workloadOffers.map((offer, index) => {
    const path = `offers[${index}]`;
    const wrongType = checkValue(path, offer, OFFER_RULE);
    const errors = wrongType.length > 0 ? wrongType : offer.errors(path);
    return { path, offer, words: OFFER_WORDS, errors };
  });
  const databases = fleet.databases.map((database, index) => {
    const path = `databases[${index}]`;
    return { path, offer: database.offer, words: DATABASE_WORDS, errors: database.errors(path) };
  });
  const all = [...offers, ...databases];
  return {
    named: all.filter(({ offer }) => offer instanceof Offer && offer.isComparable),
    errors: all.flatMap(({ errors }) => errors),
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

function sameName(clusters: Cluster[]): FieldError[] {
  return clusters.flatMap((cluster, index) => {
    const first = clusters.findIndex(({ name }) => name === cluster.name);
    if (first === index) return [];
    return {
      path: `clusters[${index}].name`,
      expected: `differ from clusters[${first}].name`,
      actual: show(cluster.name),
      hint: 'give each cluster a name of its own',
    };
  });
}

function unknownClusters(entry: NamedOffer, clusters: Cluster[]): FieldError[] {
  const { path, offer, words } = entry;
  const error = (where: string, cluster: Cluster) => strangerError(`${path}.${where}`, cluster, clusters);
  return [
    ...(clusters.includes(offer.from) ? [] : [error(words.from, offer.from)]),
    ...callers(entry).flatMap(({ caller, where }) =>
      clusters.includes(caller.cluster) ? [] : [error(where, caller.cluster)],
    ),
  ];
}

function offeredToItself(entry: NamedOffer): FieldError[] {
  const { path, offer } = entry;
  return callers(entry).flatMap(({ caller, where }) =>
    caller.cluster !== offer.from
      ? []
      : {
          path: `${path}.${where}`,
          expected: 'be in another cluster than the one that offers',
          actual: `'${caller.cluster.name}', namespace '${caller.name}'`,
          hint: 'leave it out: callers inside the cluster reach the pods without an offer',
        },
  );
}

/** DNS answers with the local pod where one has the same full name. */
function hiddenByLocalPods(entry: NamedOffer, all: NamedOffer[]): FieldError[] {
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
      expected: `not have pods of its own named like the remote ones (${offer.hosts[0]?.consumerHost} and on)`,
      actual: `namespace '${caller.name}' of '${caller.cluster.name}'`,
      hint: 'use a namespace of another name there, or naming: Naming.alias(suffix)',
    };
  });
}

function sameHostTwice(named: NamedOffer[]): FieldError[] {
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
      expected: samePort
        ? 'offer a host once'
        : `be ${first.offer.port}, as in ${first.path} for the same host`,
      actual: samePort ? `${clash}, which ${first.path} offers too` : `${entry.offer.port} for ${clash}`,
      hint: samePort ? "put all callers into one offer's `to`" : 'offer one port of a workload',
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
function hiddenAddresses(clusters: Cluster[], named: NamedOffer[]): FieldError[] {
  const real = new Map(clusters.flatMap((cluster) => cluster.addresses.map((address) => [address, cluster])));
  return named.flatMap(({ path, offer }) =>
    offer.hosts.flatMap(({ consumerHost }) => {
      const owner = real.get(consumerHost);
      if (!owner) return [];
      return {
        path,
        expected:
          'not be dialled by a name that a cluster is reached under, which the mesh would then lead to the pods',
        actual: `${show(consumerHost)}, an address of ${show(owner.name)}`,
        hint: 'choose a name that nothing has',
      };
    }),
  );
}
