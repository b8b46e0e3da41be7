import type { Offer } from '../model/offer';
import type { Rules } from '../rules/rules';
import type { OfferPlan } from './offer-plan';

/** A kind of offer: the rules of its props, and how it becomes plain data. Each kind is a file of its own and a line in kinds.ts. */
export interface OfferKind<Props extends object> {
  readonly rules: Rules<Props>;
  /** Whether the props have the right JavaScript types for `lower`. Their rules report those that have not. */
  isReadable(props: Props): boolean;
  /** The offer as plain data. Wrong names and numbers pass through: the rules report them. */
  lower(offer: Offer, props: Props): OfferPlan;
}
