import { type FieldError, show } from './field-error';
import type { Rule } from './rule';

/** What a suffix stands for, in thousandths: a quantity may be as small as 1m. */
const THOUSANDTHS: { readonly [suffix: string]: bigint } = {
  m: 1n,
  '': 1000n,
  ...Object.fromEntries(['k', 'M', 'G', 'T', 'P', 'E'].map((unit, n) => [unit, 1000n ** BigInt(n + 2)])),
  ...Object.fromEntries(
    ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit, n) => [unit, 1000n * 1024n ** BigInt(n + 1)]),
  ),
};

const QUANTITY = /^([0-9]+)(?:\.([0-9]+))?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** A quantity as an exact fraction. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function parse(text: unknown): Fraction | undefined {
  const match = typeof text === 'string' ? QUANTITY.exec(text) : null;
  if (!match) return undefined;
  const [, whole = '', decimals = '', suffix = ''] = match;
  return {
    numerator: BigInt(whole + decimals) * (THOUSANDTHS[suffix] ?? 0n),
    denominator: 10n ** BigInt(decimals.length),
  };
}

/**
 * Whether one Kubernetes quantity is more than another: '2' is more than '1500m', and '1Gi' is more than '1G'. A text that is
 * not a quantity is not more than anything.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function isMore(one: string, other: string): boolean {
  const [left, right] = [parse(one), parse(other)];
  if (!left || !right) return false;
  return left.numerator * right.denominator > right.numerator * left.denominator;
}

/** An amount that must be greater than zero. */
export const quantity: Rule = {
  expected: "be a Kubernetes quantity such as '10Gi' or '500m'",
  hint: 'give it as a string with its unit',
  holds: (value) => (parse(value)?.numerator ?? 0n) > 0n,
  explain: (value) =>
    parse(value)?.numerator === 0n
      ? {
          expected: 'be a quantity greater than zero',
          hint: 'give what is needed, or leave it out for the default',
        }
      : undefined,
};

/** What one container asks for and may use at most: Kubernetes quantities. */
export interface Resources {
  readonly cpuRequest?: string;
  readonly cpuLimit?: string;
  readonly memoryRequest?: string;
  readonly memoryLimit?: string;
}

/** Requests above their limits, which Kubernetes refuses; where one is left out, its default counts. */
export function resourceErrors(path: string, given: Resources, defaults: Resources): FieldError[] {
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const [request, limit] = [`${resource}Request`, `${resource}Limit`] as const;
    const [asked, most] = [given?.[request] ?? defaults[request], given?.[limit] ?? defaults[limit]];
    if (asked === undefined || most === undefined || !isMore(asked, most)) return [];
    // the rule `quantity` has reported these already
    if (!quantity.holds(asked) || !quantity.holds(most)) return [];
    // the problem names a setting that the user wrote
    const isAsked = given?.[request] !== undefined;
    const other = isAsked ? limit : request;
    const isDefault = given?.[other] === undefined;
    return {
      path: `${path}.${isAsked ? request : limit}`,
      expected: `be at ${isAsked ? 'most' : 'least'} the ${other}${isDefault ? ', by default' : ''} ${show(isAsked ? most : asked)}`,
      actual: show(isAsked ? asked : most),
      hint: isAsked ? `lower it, or raise the ${limit}` : `raise it, or lower the ${request}`,
    };
  });
}
