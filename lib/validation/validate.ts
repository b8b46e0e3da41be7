import { Cluster } from '../model/cluster';
import type { Database } from '../model/database';
import type { Fleet } from '../model/fleet';
import { fleetRules } from '../model/fleet-props';
import { Offer } from '../model/offer';
import { lowerOffer, offerPropsErrors } from '../offers/kinds';
import type { FieldError } from '../rules/field-error';
import { checkProps, checkValue, instanceOf } from '../rules/rules';
import { istiods } from '../topology/istiods';
import { addressPoolErrors } from './address-pools';
import { callerErrors } from './callers';
import { clusterErrors, sameClusterName } from './clusters';
import { controlPlaneErrors } from './control-planes';
import { databaseErrors, isReadableDatabase } from './databases';
import { discoveryErrors } from './discovery';
import { hiddenAddresses, hiddenByLocalPods, sameHostTwice } from './hosts';
import { DATABASE_WORDS, type NamedOffer, OFFER_WORDS } from './named-offer';
import { namespaceErrors } from './namespaces';
import { networkPathErrors } from './network-paths';
import { overlappingPodsErrors } from './overlapping-pods';
import { primaryErrors } from './primaries';
import { isReadableCluster, isReadableOffer } from './readable';
import { registryOnlyNamespaceErrors } from './registry-only-namespaces';
import { type NamedDatabase, sameNameErrors } from './same-names';
import { samePodErrors } from './same-pods';
import { sharedGatewayErrors } from './shared-gateways';
import { unusedGatewayErrors } from './unused-gateways';

/**
 * Everything that is wrong with a fleet, its clusters, offers and databases, each for itself and between them. The
 * list is empty where `writeFleet` and FleetManifests take the fleet.
 */
export function validate(fleet: Fleet): FieldError[] {
  const own = checkProps('fleet', fleet.props, fleetRules);
  const clusters = fleet.clusters.filter((cluster) => cluster instanceof Cluster);
  const ofClusters = fleet.clusters.map((cluster, index) =>
    cluster instanceof Cluster ? clusterErrors(`clusters[${index}]`, cluster) : [],
  );
  const offers = readOffers(fleet);
  // the checks below read every cluster
  const areReadable = clusters.length === fleet.clusters.length && clusters.every(isReadableCluster);
  if (clusters.length === 0 || !areReadable) return [...own, ...ofClusters.flat(), ...offers.errors];
  return [...own, ...ofClusters.flat(), ...betweenThem(fleet, clusters, ofClusters, offers)];
}

/** The offers that can be held against one another, and what is wrong with each of all offers. */
interface ReadOffers {
  readonly named: readonly NamedOffer[];
  readonly errors: readonly FieldError[];
}

const OFFER_RULE = instanceOf(Offer, 'make it with Offer.statefulSet({ … })');

function readOffers({ offers, databases }: Fleet): ReadOffers {
  const ofFleet = offers.map((offer, index) => {
    const path = `offers[${index}]`;
    const wrongType = checkValue(path, offer, OFFER_RULE);
    return {
      ...{ path, offer, words: OFFER_WORDS },
      errors: wrongType.length > 0 ? wrongType : offerPropsErrors(path, offer),
    };
  });
  const ofDatabases = databases.map((database, index) => {
    const path = `databases[${index}]`;
    return { path, offer: database.offer, words: DATABASE_WORDS, errors: databaseErrors(path, database) };
  });
  const all = [...ofFleet, ...ofDatabases];
  return {
    named: all
      .filter(({ offer }) => isReadableOffer(offer))
      .map(({ path, offer, words }) => ({ path, offer, words, plan: lowerOffer(offer) })),
    errors: all.flatMap(({ errors }) => errors),
  };
}

function betweenThem(
  fleet: Fleet,
  clusters: readonly Cluster[],
  ofClusters: readonly (readonly FieldError[])[],
  { named, errors }: ReadOffers,
): FieldError[] {
  const { discovery, controlPlane } = fleet;
  const mesh = istiods({ clusters, discovery, controlPlane });
  const databases = namedDatabases(fleet.databases, named);
  const areAllOffers = named.length === fleet.offers.length + fleet.databases.length;
  return [
    ...sameClusterName(clusters),
    ...networkPathErrors(clusters, named),
    ...sharedGatewayErrors(clusters),
    ...addressPoolErrors(clusters),
    ...primaryErrors(clusters, named),
    ...controlPlaneErrors(mesh, clusters, named),
    ...discoveryErrors(mesh, clusters, named),
    ...registryOnlyNamespaceErrors(clusters, named),
    ...samePodErrors(mesh, named, withoutPaths(databases)),
    ...namespaceErrors(fleet, named, fleet.databases),
    ...errors,
    // an offer that could not be read may need the gateway
    ...(areAllOffers ? unusedGatewayErrors(clusters, ofClusters, named) : []),
    ...named.flatMap((entry) => [...callerErrors(entry, clusters), ...hiddenByLocalPods(entry, named)]),
    ...sameHostTwice(named),
    ...overlappingPodsErrors(named, withoutPaths(databases)),
    ...sameNameErrors(named, databases),
    ...hiddenAddresses(clusters, named),
  ];
}

function namedDatabases(databases: readonly Database[], named: readonly NamedOffer[]): NamedDatabase[] {
  const readable = new Set(named.map(({ offer }) => offer));
  return databases
    .map((database, index) => ({ path: `databases[${index}]`, database }))
    .filter(({ database }) => isReadableDatabase(database) && readable.has(database.offer));
}

function withoutPaths(databases: readonly NamedDatabase[]): Database[] {
  return databases.map(({ database }) => database);
}
