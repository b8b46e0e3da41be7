/** A value that `validate` requires where the plan reads it. Without it the plan is wrong, not the input: nothing is written. */
export function validated<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`validate let a fleet through that has no ${what}`);
  return value;
}
