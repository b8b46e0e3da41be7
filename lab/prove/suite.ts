import type { Check } from './check';
import type { ProofContext, RunningFleet } from './context';

/** The phases of a proof, in order, and how many lanes of checks run at the same time. */
export const PHASES = [
  /** Checks that do not disturb one another; they wait more than they work. */
  { name: 'concurrent', lanes: 6, isOneStep: false },
  /** Checks that take all of the machine, one after the other. */
  { name: 'sequential', lanes: 1, isOneStep: false },
  /** A replica waits long for its next source: suites that touch no database run at the same time. */
  { name: 'beside replication', lanes: Number.POSITIVE_INFINITY, isOneStep: true },
  /** Mutations of what other checks need, one after the other. */
  { name: 'disruptive', lanes: 1, isOneStep: false },
] as const;

export type Phase = (typeof PHASES)[number]['name'];

/** Checks of one subject. */
export interface Suite<C extends RunningFleet = ProofContext> {
  readonly title: string;
  readonly phase: Phase;
  /** Why the suite has no checks in this fleet; undefined where it has some. */
  available(context: C): string | undefined | Promise<string | undefined>;
  checks(context: C): readonly Check[] | Promise<readonly Check[]>;
}
