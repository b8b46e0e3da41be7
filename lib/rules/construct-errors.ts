import { type FieldError, wordsOf } from './field-error';
import { findKeyMaterial } from './key-material';
import { isRecord, type Rules } from './rules';

/** The members of a construct that are used here. The type is structural, because lib/rules does not import constructs. */
export interface ValidatedConstruct {
  readonly node: {
    readonly path: string;
    addValidation(validation: { validate(): string[] }): void;
    validate(): string[];
  };
}

const PLANNED = new WeakSet<object>();

/** The errors of each construct that has any. */
const ERRORS = new WeakMap<object, readonly FieldError[]>();

/**
 * Freezes props that the library itself has planned from a fleet that has been validated, and marks them, so that a
 * construct does not validate them a second time.
 */
export function planned<Props extends object>(props: Props): Props {
  PLANNED.add(props);
  return Object.freeze(props);
}

function isPlanned(props: unknown): boolean {
  return typeof props === 'object' && props !== null && PLANNED.has(props);
}

/**
 * Whether a construct's props have errors. The errors become a validation of the construct's node: cdk8s then reports those
 * of all constructs of an app at once, and writes nothing. A constructor that gets `true` makes no children and returns.
 * @param check finds the errors; it gets the construct's path, with which the path of each error begins. It is not called
 * for planned props.
 */
export function hasErrors(
  construct: ValidatedConstruct,
  props: unknown,
  check: (path: string) => FieldError[],
): boolean {
  if (isPlanned(props)) return false;
  const { node } = construct;
  const errors = check(node.path);
  if (errors.length === 0) return false;
  ERRORS.set(construct, errors);
  node.addValidation({ validate: () => errors.map((error) => line(node.path, error)) });
  return true;
}

/**
 * The props whose rules hold, from which a construct computes its public fields before it knows whether it has errors. A wrong
 * prop counts as left out, so that a field is never computed from a value of another type. The required props are all there
 * if `hasErrors` is false.
 */
export function soundProps<Props extends object>(props: Props, rules: Rules<Props>): Props {
  if (isPlanned(props)) return props;
  const given: Record<string, unknown> = isRecord(props) ? props : {};
  const sound = Object.entries<Rules<Props>[keyof Props]>(rules).filter(
    ([name, rule]) => given[name] !== undefined && rule.holds(given[name]),
  );
  return Object.fromEntries(sound.map(([name]) => [name, given[name]])) as Props;
}

/** All errors of a construct: those of its props, and those of validations that others have added to its node. */
export function constructErrors(construct: ValidatedConstruct): FieldError[] {
  const { node } = construct;
  const own = ERRORS.get(construct) ?? [];
  const ownLines = new Set(own.map((error) => line(node.path, error)));
  const others = node.validate().filter((text) => !ownLines.has(text));
  return [...own, ...others.map((text) => ofOthers(node.path, String(text)))];
}

/** The error as cdk8s shows it: `[<construct path>] <line>`. */
function line(constructPath: string, error: FieldError): string {
  const words = wordsOf(error);
  if (error.path === constructPath) return words;
  const below = error.path.slice(constructPath.length);
  const isBelow = error.path.startsWith(constructPath) && /^[.[]/.test(below);
  return `${isBelow ? below.replace(/^\./, '') : error.path}: ${words}`;
}

function ofOthers(path: string, text: string): FieldError {
  const secret = findKeyMaterial(text);
  return {
    path,
    expected: 'pass the validations that were added to its node',
    actual: secret ? `${secret.what} (not shown)` : `the error '${text.replace(/\s*[\r\n]+\s*/g, ' ')}'`,
    hint: 'correct the construct, or remove the validation',
  };
}
