import type { Cluster } from './cluster';
import type { NamedOffer } from './named-offer';
import { type Problem, show } from './problem';

/** What is missing for istiods to read other clusters. */
export function discoveryProblems(
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
  discovery: boolean,
): Problem[] {
  if (discovery) return clusters.length > 1 ? clusters.flatMap(missingApiServer) : [];
  return named.flatMap(({ path, offer }) =>
    offer.isDiscovered
      ? {
          path,
          must: 'be of a fleet with discovery: true, because the consumers find a Service by reading its cluster',
          got: `discovery: false, for Service ${show(offer.name)}`,
          advice: 'set discovery on the fleet, or use Offer.group with a name of its own',
        }
      : [],
  );
}

function missingApiServer({ name, apiServer }: Cluster, index: number): Problem[] {
  if (apiServer !== undefined) return [];
  return [
    {
      path: `clusters[${index}].apiServer`,
      must: 'be an https URL, because the istiods of the other clusters read its Services (discovery)',
      got: `nothing for ${show(name)}`,
      advice: 'give the address under which they reach its Kubernetes API',
    },
  ];
}
