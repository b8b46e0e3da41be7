import type { ClusterNamespace } from '../model/cluster';
import type { Offer } from '../model/offer';

/** An offer and how its owner is called in an error. */
export interface NamedOffer {
  readonly path: string;
  readonly offer: Offer;
  /** The props that its owner wrote the offering place and the callers in. */
  readonly words: { readonly from: string; readonly to: string };
}

export const OFFER_WORDS = { from: 'from', to: 'to' };
export const DATABASE_WORDS = { from: 'source', to: 'replicas' };

/** An offer's callers, each with the path of the value that names it. */
export function callers({ offer, words }: NamedOffer): { caller: ClusterNamespace; where: string }[] {
  return offer.to.map((caller, index) => ({ caller, where: `${words.to}[${index}]` }));
}
