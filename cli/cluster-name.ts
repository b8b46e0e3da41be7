import { checkValue, dnsLabel } from '../lib/rules/rules';
import { refuse } from './errors';

/** Refuses a text that cannot be the name of a cluster in a fleet. */
export function requireClusterName(argument: string, name: string): void {
  refuse(checkValue(argument, name, dnsLabel()));
}
