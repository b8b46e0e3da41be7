import { checkValue, type Rule } from '../lib/rules/rules';
import { fieldErrors, refuse } from './errors';

const MOST_DAYS = 36_500;

/** Parses the value of an option that takes a number of days. */
export function daysOf(option: string): (text: string) => number {
  return (text) => {
    const days = Number(text);
    if (/^\d+$/.test(text) && days >= 1 && days <= MOST_DAYS) return days;
    throw fieldErrors({
      path: option,
      expected: `be a whole number from 1 to ${MOST_DAYS}`,
      actual: `'${text}'`,
      hint: 'give a number of days',
    });
  };
}

/** Checks the value of an option by a rule that the library has for the same value in a fleet. */
export function checkedBy(option: string, rule: Rule): (text: string) => string {
  return (text) => {
    refuse(checkValue(option, text, rule));
    return text;
  };
}
