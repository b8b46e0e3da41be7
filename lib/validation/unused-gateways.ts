import type { Cluster } from '../model/cluster';
import { takes } from '../offers/offer-plan';
import { type FieldError, show } from '../rules/field-error';
import { byCluster, type NamedOffer } from './named-offer';

/** Settings of a gateway that the fleet does not write: the cluster offers nothing through one, and no remote cluster needs its istiod. */
export function unusedGatewayErrors(
  clusters: readonly Cluster[],
  ofClusters: readonly (readonly FieldError[])[],
  named: readonly NamedOffer[],
): FieldError[] {
  const primaries = new Set(clusters.map(({ primary }) => primary));
  const offered = byCluster(named);
  return clusters.flatMap((cluster, index) => {
    const settings = Object.entries(cluster.gateway).filter(([, value]) => value !== undefined);
    const offers = (offered.get(cluster) ?? []).some(({ plan }) => takes(plan, 'eastWestGateway'));
    // the cluster's own rules report what is wrong with the settings themselves
    if (settings.length === 0 || primaries.has(cluster) || offers || ofClusters[index]?.length) return [];
    return {
      path: `clusters[${index}].gateway`,
      expected: `be left out, because the fleet writes no gateway for ${show(cluster.name)}: it offers nothing through one, and is no primary`,
      actual: settings.map(([name]) => name).join(', '),
      hint: 'remove the settings, or offer something through the gateway',
    };
  });
}
