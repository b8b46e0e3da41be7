import type { Cluster } from './cluster';
import type { NamedOffer } from './named-offer';
import { type Problem, show } from './problem';

/** Settings of a gateway that the fleet does not write: the cluster offers nothing through one, and no remote cluster needs its istiod. */
export function unusedGatewayProblems(clusters: readonly Cluster[], named: readonly NamedOffer[]): Problem[] {
  return clusters.flatMap((cluster, index) => {
    const path = `clusters[${index}]`;
    const settings = Object.entries(cluster.gateway).filter(([, value]) => value !== undefined);
    const isPrimary = clusters.some(({ primary }) => primary === cluster);
    const offers = named.some(({ offer }) => offer.from === cluster && offer.takes('eastWestGateway'));
    // the cluster's own rules report what is wrong with the settings themselves
    if (settings.length === 0 || isPrimary || offers || cluster.problems(path).length > 0) return [];
    return {
      path: `${path}.gateway`,
      must: `be left out, because the fleet writes no gateway for ${show(cluster.name)}: it offers nothing through one, and is no primary`,
      got: settings.map(([name]) => name).join(', '),
      advice: 'remove the settings, or offer something through the gateway',
    };
  });
}
