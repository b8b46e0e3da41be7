import { CaSource } from './ca-source';
import { Cluster } from './cluster';
import { callers, type NamedOffer } from './named-offer';
import { type Problem, show } from './problem';
import { strangerProblem } from './stranger-problems';

/** What is wrong between remote clusters and their primaries, and where clusters with one istiod get into each other's way. */
export function primaryProblems(clusters: readonly Cluster[], named: readonly NamedOffer[]): Problem[] {
  return [
    ...clusters.flatMap((cluster, index) => [
      ...wrongPrimary(`clusters[${index}]`, cluster, clusters, named),
      ...unusedCa(`clusters[${index}].ca`, cluster),
      ...unusedTrustDomain(`clusters[${index}].trustDomain`, cluster),
    ]),
    ...named.flatMap(sameNamespace),
    ...named.flatMap(differentRoutes),
    ...sameWorkload(named),
  ];
}

function wrongPrimary(
  path: string,
  { name, primary }: Cluster,
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): Problem[] {
  // what is no Cluster at all has been said
  if (!(primary instanceof Cluster)) return [];
  const at = clusters.indexOf(primary);
  if (at < 0) return [strangerProblem(`${path}.primary`, primary, clusters)];
  if (primary.primary) {
    return [
      {
        path: `${path}.primary`,
        must: 'have an istiod of its own',
        got: `${show(primary.name)}, whose primary is ${show(primary.primary.name)}`,
        advice: `name ${show(primary.primary.name)} for both`,
      },
    ];
  }
  const isSaidForOffers = named.some(({ offer }) => offer.from === primary && offer.takes('eastWestGateway'));
  if (primary.gatewayAddress !== undefined || isSaidForOffers) return [];
  return [
    {
      path: `clusters[${at}].gatewayAddress`,
      must: `be an IP address or a DNS name, because ${show(name)} reaches the istiod of ${show(primary.name)} there`,
      got: 'nothing',
      advice: 'give the address under which the other clusters reach its east-west gateway',
    },
  ];
}

function unusedCa(path: string, { primary, givenCa }: Cluster): Problem[] {
  if (!primary || !(givenCa instanceof CaSource)) return [];
  return [
    {
      path,
      must: 'be left out of a cluster with a primary, whose istiod signs for it',
      got: 'a CaSource',
      advice: `give it to ${show(primary.name)}`,
    },
  ];
}

function unusedTrustDomain(path: string, { primary, trustDomain }: Cluster): Problem[] {
  if (!primary || trustDomain === undefined) return [];
  return [
    {
      path,
      must: 'be left out of a cluster with a primary, whose istiod signs for it',
      got: show(trustDomain),
      advice: `its trust domain is that of ${show(primary.name)}`,
    },
  ];
}

/** Both entries of a host would be in one namespace of one cluster. */
function sameNamespace(entry: NamedOffer): Problem[] {
  const { path, offer } = entry;
  if (offer.isDiscovered) return [];
  return callers(entry).flatMap(({ caller, where }) => {
    const { cluster, name } = caller;
    if (
      cluster === offer.from ||
      cluster.primaryCluster !== offer.from.primaryCluster ||
      name !== offer.namespace
    )
      return [];
    return {
      path: `${path}.${where}`,
      must: `not be of the offer's own namespace: one istiod configures '${offer.from.name}' and '${cluster.name}'`,
      got: `namespace ${show(name)}`,
      advice: 'use a namespace of another name there, or offer the Service (Offer.service)',
    };
  });
}

/** Policies select by namespace and label in every cluster that an istiod configures. */
function sameWorkload(named: readonly NamedOffer[]): Problem[] {
  return named.flatMap((entry, index) => {
    const { offer, path } = entry;
    const first = named
      .slice(0, index)
      .find(
        ({ offer: other }) =>
          other.from !== offer.from &&
          other.from.primaryCluster === offer.from.primaryCluster &&
          other.namespace === offer.namespace &&
          other.name === offer.name &&
          !(other.isDiscovered && offer.isDiscovered),
      );
    if (!first) return [];
    return {
      path,
      must: `not have name and namespace of ${first.path}: one istiod configures both clusters`,
      got: `${show(offer.name)} in namespace ${show(offer.namespace)}`,
      advice: 'call one of them otherwise, or offer both as Services (Offer.service)',
    };
  });
}

/** An entry is for a namespace, in whichever of an istiod's clusters. */
function differentRoutes(entry: NamedOffer): Problem[] {
  const { path, offer } = entry;
  if (offer.isDiscovered) return [];
  return callers(entry).flatMap(({ caller, where }, index) => {
    const first = offer.to
      .slice(0, index)
      .find(
        ({ name, cluster }) =>
          name === caller.name &&
          cluster.primaryCluster === caller.cluster.primaryCluster &&
          offer.pathFrom(cluster) !== offer.pathFrom(caller.cluster),
      );
    if (!first) return [];
    return {
      path: `${path}.${where}`,
      must: `be reached the same way as namespace '${caller.name}' of '${first.cluster.name}', with which it has one istiod`,
      got: `${show(offer.pathFrom(caller.cluster))}, and there ${show(offer.pathFrom(first.cluster))}`,
      advice: 'use a namespace of another name, or say `via` for both',
    };
  });
}
