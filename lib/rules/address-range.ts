import { BlockList, isIP } from 'node:net';
import { undiallable } from './address-rules';
import { show } from './field-error';
import type { Rule } from './rules';

/** Addresses as MetalLB writes them: `10.89.1.200-10.89.1.220`, or `10.89.1.0/28`. */
export const ADDRESS_RANGE: Rule = {
  expected: "be a range of addresses such as '10.89.1.200-10.89.1.220', or a CIDR",
  hint: 'give the first and the last address, the lower one first',
  holds: (value) => typeof value === 'string' && rangeOf(value) !== undefined && !undiallableFirst(value),
  explain: (value) => {
    const what = typeof value === 'string' && rangeOf(value) ? undiallableFirst(value) : undefined;
    return what === undefined
      ? undefined
      : {
          expected: 'be addresses that other machines can dial',
          actual: `${show(value)}, which begins with ${what}`,
        };
  },
};

/** Why no other machine can dial the first address of a range. */
function undiallableFirst(range: string): string | undefined {
  return undiallable(range.split(/[-/]/)[0] ?? '');
}

interface Range {
  readonly first: string;
  readonly addresses: BlockList;
}

function rangeOf(text: string): Range | undefined {
  const [first = '', last, more] = text.split(/[-/]/);
  const family = isIP(first) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(first) === 0 || last === undefined || more !== undefined) return undefined;
  const addresses = new BlockList();
  try {
    if (text.includes('-')) addresses.addRange(first, last, family);
    else if (/^\d+$/.test(last)) addresses.addSubnet(first, Number(last), family);
    else return undefined;
  } catch {
    return undefined;
  }
  return { first, addresses };
}

/** Whether an address is in a range. */
export function isWithin(address: string, range: string): boolean {
  const family = isIP(address);
  return family > 0 && (rangeOf(range)?.addresses.check(address, family === 6 ? 'ipv6' : 'ipv4') ?? false);
}

/** Whether two ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
  const [first, second] = [rangeOf(one), rangeOf(other)];
  return (
    first !== undefined &&
    second !== undefined &&
    (isWithin(first.first, other) || isWithin(second.first, one))
  );
}
