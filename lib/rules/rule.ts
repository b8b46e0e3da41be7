import type { FieldError } from './field-error';

/** What one prop may be. Plain JavaScript callers get the same words as the compiler gives others. */
export interface Rule {
  /** Continues "must". */
  readonly expected: string;
  /** What to do when it does not hold. */
  readonly hint: string;
  readonly optional?: boolean;
  holds(value: unknown): boolean;
  /** More exact words for a value that does not hold, where something is known of it. */
  explain?(value: unknown): Words | undefined;
  /** What is wrong further inside a value that holds as a whole. */
  inside?(path: string, value: unknown): FieldError[];
}

/** The words of a problem that replace a rule's own. */
export type Words = Partial<Pick<FieldError, 'expected' | 'actual' | 'hint'>>;
