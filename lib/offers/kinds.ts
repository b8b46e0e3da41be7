import type { Offer, OfferSpec } from '../model/offer';
import type { FieldError } from '../rules/field-error';
import { given } from '../rules/given';
import { checkProps } from '../rules/rules';
import { group } from './group';
import type { OfferKind } from './kind';
import type { OfferPlan } from './offer-plan';
import { service } from './service';
import { statefulSet } from './stateful-set';

type PropsOf<Kind extends OfferSpec['kind']> = Extract<OfferSpec, { kind: Kind }>['props'];

/** Every kind of offer, by the name of its factory. */
const KINDS: { readonly [Kind in OfferSpec['kind']]: OfferKind<PropsOf<Kind>> } = {
  statefulSet,
  group,
  service,
};

/** Everything that is wrong with the props of an offer, each for itself. */
export function offerPropsErrors(path: string, { spec }: Offer): FieldError[] {
  return checkProps(path, spec.props, kindOf(spec).rules);
}

/** Whether the props that only some kinds have can be read. */
export function isKindReadable({ spec }: Offer): boolean {
  return kindOf(spec).isReadable(given(spec.props));
}

/** An offer as plain data; its props must be readable. */
export function lowerOffer(offer: Offer): OfferPlan {
  return kindOf(offer.spec).lower(offer, offer.spec.props);
}

/** The union of kinds and props is one pair for each offer, which TypeScript does not follow through an index. */
function kindOf({ kind }: OfferSpec): OfferKind<OfferSpec['props']> {
  return KINDS[kind] as OfferKind<OfferSpec['props']>;
}
