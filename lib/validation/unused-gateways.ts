import type { Cluster } from '../model/cluster';
import { type FieldError, show } from '../rules/field-error';
import type { NamedOffer } from './named-offer';

/** Settings of a gateway that the fleet does not write: the cluster offers nothing through one, and no remote cluster needs its istiod. */
export function unusedGatewayErrors(
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): FieldError[] {
  return clusters.flatMap((cluster, index) => {
    const path = `clusters[${index}]`;
    const settings = Object.entries(cluster.gateway).filter(([, value]) => value !== undefined);
    const isPrimary = clusters.some(({ primary }) => primary === cluster);
    const offers = named.some(({ offer }) => offer.from === cluster && offer.takes('eastWestGateway'));
    // the cluster's own rules report what is wrong with the settings themselves
    if (settings.length === 0 || isPrimary || offers || cluster.errors(path).length > 0) return [];
    return {
      path: `${path}.gateway`,
      expected: `be left out, because the fleet writes no gateway for ${show(cluster.name)}: it offers nothing through one, and is no primary`,
      actual: settings.map(([name]) => name).join(', '),
      hint: 'remove the settings, or offer something through the gateway',
    };
  });
}
