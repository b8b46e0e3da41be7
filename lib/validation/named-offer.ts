import type { Cluster, ClusterNamespace } from '../model/cluster';
import type { Offer } from '../model/offer';
import type { OfferPlan } from '../offers/offer-plan';

/** An offer as plain data, and how its owner is called in an error. */
export interface NamedOffer {
  readonly path: string;
  readonly offer: Offer;
  readonly plan: OfferPlan;
  /** The props in which its owner wrote the offering place and the callers. */
  readonly words: OfferWords;
}

export interface OfferWords {
  readonly from: string;
  readonly to: string;
}

export const OFFER_WORDS: OfferWords = { from: 'from', to: 'to' };
export const DATABASE_WORDS: OfferWords = { from: 'source', to: 'replicas' };

/** An offer's callers, each with the path of the value that names it. */
export function callers({ offer, words }: NamedOffer): { caller: ClusterNamespace; where: string }[] {
  return offer.to.map((caller, index) => ({ caller, where: `${words.to}[${index}]` }));
}

/** Offers by the cluster that offers, so that a large fleet is not searched once for each cluster. */
export function byCluster(named: readonly NamedOffer[]): ReadonlyMap<Cluster, readonly NamedOffer[]> {
  const offered = new Map<Cluster, NamedOffer[]>();
  for (const entry of named) {
    const known = offered.get(entry.offer.from);
    if (known) known.push(entry);
    else offered.set(entry.offer.from, [entry]);
  }
  return offered;
}
