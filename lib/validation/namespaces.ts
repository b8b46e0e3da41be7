import type { Database } from '../model/database';
import { type FieldError, show } from '../rules/field-error';
import { callers, type NamedOffer } from './named-offer';

/**
 * Offers, callers, databases and their operators in istiod's own namespace. The fleet does not label that namespace for injection, so its pods have no
 * proxy. A database there would also close the namespace by NetworkPolicy, and istiod with it.
 */
export function namespaceErrors(
  { istioNamespace }: { readonly istioNamespace: string },
  named: readonly NamedOffer[],
  databases: readonly Database[],
): FieldError[] {
  const error = (path: string): FieldError => ({
    path,
    expected:
      "not be the fleet's istioNamespace: the fleet does not label it for injection, so its pods have no proxy",
    actual: show(istioNamespace),
    hint: 'use another namespace',
  });
  const owned = new Set(databases.map(({ offer }) => offer));
  const operators = databases.flatMap(({ operatorNamespace }, index) =>
    operatorNamespace === istioNamespace ? [error(`databases[${index}].operatorNamespace`)] : [],
  );
  const ofOffers = named.flatMap((entry) => {
    const { path, offer, words } = entry;
    // a database takes its namespace from its source
    const from = owned.has(offer) ? `${path}.${words.from}` : `${path}.namespace`;
    return [
      ...(offer.namespace === istioNamespace ? [error(from)] : []),
      ...callers(entry).flatMap(({ caller, where }) =>
        caller.name === istioNamespace ? [error(`${path}.${where}`)] : [],
      ),
    ];
  });
  return [...ofOffers, ...operators];
}
