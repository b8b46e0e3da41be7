import { findKeyMaterial } from './key-material';

/**
 * One mistake in the input. An InvalidInputError carries all of them, and shows each as `path: must …, got …;
 * advice`.
 */
export interface FieldError {
  /** The place of the mistake in the caller's code, such as `offers[0].port`. */
  readonly path: string;
  /** The allowed values, as the rest of a sentence that begins with "must". */
  readonly expected: string;
  /** The value that was found, as text. It never contains a key or another secret. */
  readonly actual: string;
  /** What to do about it. */
  readonly hint: string;
}

/**
 * The error that the library throws for wrong input. It names everything that is wrong with a fleet, its
 * constructs or an output folder at once. Nothing has been written when it is thrown. A construct in an App of
 * your own does not throw it: cdk8s reports the construct's errors at synthesis.
 */
export class InvalidInputError extends Error {
  /** Throws an InvalidInputError if the list has at least one error. */
  public static throwIfAny(errors: FieldError[]): void {
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  /** The errors that the message shows, for programs. */
  public readonly errors!: readonly FieldError[];

  /** Makes an error whose message has one line for each error. */
  constructor(errors: FieldError[]) {
    const count = errors.length === 1 ? '1 problem' : `${errors.length} problems`;
    super([`${count}, nothing was written:`, ...errors.map((p) => `  ${formatError(p)}`)].join('\n'));
    this.name = 'InvalidInputError';
    // not enumerable: Node prints an uncaught error's own fields, and the message has said it all
    Object.defineProperty(this, 'errors', { value: errors, enumerable: false });
    // the first line of the trace is then the caller's, not one in here
    Error.captureStackTrace(this, InvalidInputError.throwIfAny);
  }
}

/** One line for one error. */
export function formatError(error: FieldError): string {
  return `${error.path}: ${wordsOf(error)}`;
}

/** One error without its path. */
export function wordsOf({ expected, actual, hint }: FieldError): string {
  return `must ${expected}, got ${actual}; ${hint}`;
}

const LONGEST_SHOWN = 80;

/** A value as an error shows it: JSON where it is short data, a class name where it is an object, never a secret. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const secret = findKeyMaterial(value);
  if (secret) return `${secret.what} (not shown)`;
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'object' && value !== null && ![Object, Array].includes(value.constructor as never)) {
    return `an object of class ${value.constructor?.name ?? '(none)'}`;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = asText(value).replaceAll('"', "'");
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)` : text;
}

function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // JSON has no form for objects that refer to themselves, nor for bigints
    return `${Array.isArray(value) ? 'a list' : 'an object'} that JSON cannot show`;
  }
}
