import type { Rule, Words } from './rule';

/** The key under which every copy of this library writes a class's name on the class. */
const CLASS_NAME = Symbol.for('cdk8s-eastwest/class');

/** A value made by one of our own classes. */
export function instanceOf(type: { readonly name: string; prototype: object }, how: string): Rule {
  const ofType = type as unknown as new () => unknown;
  const oneOfThem = `${/^[AEIOU]/.test(type.name) ? 'an' : 'a'} ${type.name}`;
  // another copy of the library recognises the class by this
  Object.defineProperty(type.prototype, CLASS_NAME, { value: type.name });
  return {
    expected: `be ${oneOfThem}`,
    hint: how,
    holds: (value) => value instanceof ofType,
    explain: (value) => (classNameOf(value) === type.name ? ofAnotherCopy(oneOfThem) : undefined),
  };
}

function classNameOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? (value as { [CLASS_NAME]?: unknown })[CLASS_NAME]
    : undefined;
}

function ofAnotherCopy(oneOfThem: string): Words {
  return {
    actual: `${oneOfThem} made by another copy of cdk8s-eastwest`,
    hint: 'find the copies with `npm ls cdk8s-eastwest`, and make them one with `npm dedupe`',
  };
}
