import { isIP } from 'node:net';
import { CaSource } from '../model/ca-source';
import { Cluster } from '../model/cluster';
import { pathFrom, takes } from '../offers/offer-plan';
import { type FieldError, show } from '../rules/field-error';
import { given } from '../rules/given';
import { callers, type NamedOffer } from './named-offer';
import { unknownClusterError } from './unknown-clusters';

/** What is wrong between remote clusters and their primaries, and where clusters with one istiod get into each other's way. */
export function primaryErrors(clusters: readonly Cluster[], named: readonly NamedOffer[]): FieldError[] {
  return [
    ...clusters.flatMap((cluster, index) => [
      ...wrongPrimary(`clusters[${index}]`, cluster, clusters, named),
      ...unusedCa(`clusters[${index}].ca`, cluster),
      ...unusedTrustDomain(`clusters[${index}].trustDomain`, cluster),
    ]),
    ...named.flatMap(sameNamespace),
    ...named.flatMap(differentPaths),
    ...sameWorkload(named),
  ];
}

function wrongPrimary(
  path: string,
  { name, primary }: Cluster,
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): FieldError[] {
  // what is no Cluster at all has been said
  if (!(primary instanceof Cluster)) return [];
  const at = clusters.indexOf(primary);
  if (at < 0) return [unknownClusterError(`${path}.primary`, primary, clusters)];
  if (primary.primary) {
    return [
      {
        path: `${path}.primary`,
        expected: 'have an istiod of its own',
        actual: `${show(primary.name)}, whose primary is ${show(primary.primary.name)}`,
        hint: `name ${show(primary.primary.name)} for both`,
      },
    ];
  }
  if (primary.gatewayAddress !== undefined && isIP(primary.gatewayAddress) === 0) {
    return [
      {
        path: `clusters[${at}].gatewayAddress`,
        // k8s.io/apiserver pkg/util/proxy/proxy.go, ResolveCluster: of a Service of type ExternalName, which Istio's chart makes for a name
        expected: `be an IP address, because ${show(name)} reaches the istiod of ${show(primary.name)} there: at a DNS name its API server calls istiod's webhook on port 443, and the gateway has it on 15017`,
        actual: show(primary.gatewayAddress),
        hint: 'give an IP address of the gateway, such as a static one of its load balancer',
      },
    ];
  }
  const isSaidForOffers = named.some(
    ({ offer, plan }) => offer.from === primary && takes(plan, 'eastWestGateway'),
  );
  if (primary.gatewayAddress !== undefined || isSaidForOffers) return [];
  return [
    {
      path: `clusters[${at}].gatewayAddress`,
      expected: `be an IP address, because ${show(name)} reaches the istiod of ${show(primary.name)} there`,
      actual: 'nothing',
      hint: 'give the address under which the other clusters reach its east-west gateway',
    },
  ];
}

function unusedCa(path: string, { primary, props }: Cluster): FieldError[] {
  if (!primary || !(given(props).ca instanceof CaSource)) return [];
  return [
    {
      path,
      expected: 'be left out of a cluster with a primary, whose istiod signs for it',
      actual: 'a CaSource',
      hint: `give it to ${show(primary.name)}`,
    },
  ];
}

function unusedTrustDomain(path: string, { primary, trustDomain }: Cluster): FieldError[] {
  if (!primary || trustDomain === undefined) return [];
  return [
    {
      path,
      expected: 'be left out of a cluster with a primary, whose istiod signs for it',
      actual: show(trustDomain),
      hint: `its trust domain is that of ${show(primary.name)}`,
    },
  ];
}

/** Both entries of a host would be in one namespace of one cluster. */
function sameNamespace(entry: NamedOffer): FieldError[] {
  const { path, offer, plan } = entry;
  if (plan.callerEntries.length === 0) return [];
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
      expected: `not be of the offer's own namespace: one istiod configures '${offer.from.name}' and '${cluster.name}'`,
      actual: `namespace ${show(name)}`,
      hint: 'use a namespace of another name there, or offer the Service (Offer.service)',
    };
  });
}

/** Policies select by namespace and label in every cluster that an istiod configures. */
function sameWorkload(named: readonly NamedOffer[]): FieldError[] {
  return named.flatMap((entry, index) => {
    const { offer, plan, path } = entry;
    const first = named
      .slice(0, index)
      .find(
        ({ offer: other, plan: otherPlan }) =>
          other.from !== offer.from &&
          other.from.primaryCluster === offer.from.primaryCluster &&
          other.namespace === offer.namespace &&
          other.name === offer.name &&
          !(otherPlan.discovered && plan.discovered),
      );
    if (!first) return [];
    return {
      path,
      expected: `not have name and namespace of ${first.path}: one istiod configures both clusters`,
      actual: `${show(offer.name)} in namespace ${show(offer.namespace)}`,
      hint: 'call one of them otherwise, or offer both as Services (Offer.service)',
    };
  });
}

/** An entry is for a namespace, in whichever of an istiod's clusters. */
function differentPaths(entry: NamedOffer): FieldError[] {
  const { path, offer, plan } = entry;
  if (plan.callerEntries.length === 0) return [];
  return callers(entry).flatMap(({ caller, where }, index) => {
    const first = offer.to
      .slice(0, index)
      .find(
        ({ name, cluster }) =>
          name === caller.name &&
          cluster.primaryCluster === caller.cluster.primaryCluster &&
          pathFrom(plan, cluster) !== pathFrom(plan, caller.cluster),
      );
    if (!first) return [];
    return {
      path: `${path}.${where}`,
      expected: `be reached the same way as namespace '${caller.name}' of '${first.cluster.name}', with which it has one istiod`,
      actual: `${show(pathFrom(plan, caller.cluster))}, and there ${show(pathFrom(plan, first.cluster))}`,
      hint: 'use a namespace of another name, or say `via` for both',
    };
  });
}
