import type { Database } from './database';
import { callers, type NamedOffer } from './named-offer';
import { type Problem, show } from './problem';

/**
 * Offers, callers, databases and their operators in istiod's own namespace. The fleet does not label that namespace for injection, so its pods have no
 * proxy. A database there would also close the namespace by NetworkPolicy, and istiod with it.
 */
export function namespaceProblems(
  { istioNamespace }: { readonly istioNamespace: string },
  named: readonly NamedOffer[],
  databases: readonly Database[],
): Problem[] {
  const problem = (path: string): Problem => ({
    path,
    must: "not be the fleet's istioNamespace: the fleet does not label it for injection, so its pods have no proxy",
    got: show(istioNamespace),
    advice: 'use another namespace',
  });
  const owned = new Set(databases.map(({ offer }) => offer));
  const operators = databases.flatMap(({ operatorNamespace }, index) =>
    operatorNamespace === istioNamespace ? [problem(`databases[${index}].operatorNamespace`)] : [],
  );
  const ofOffers = named.flatMap((entry) => {
    const { path, offer, words } = entry;
    // a database takes its namespace from its source
    const from = owned.has(offer) ? `${path}.${words.from}` : `${path}.namespace`;
    return [
      ...(offer.namespace === istioNamespace ? [problem(from)] : []),
      ...callers(entry).flatMap(({ caller, where }) =>
        caller.name === istioNamespace ? [problem(`${path}.${where}`)] : [],
      ),
    ];
  });
  return [...ofOffers, ...operators];
}
