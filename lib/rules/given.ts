/**
 * Props whose fields can be read. Plain JavaScript callers may pass anything, or nothing: what is no object has no fields, and
 * the check of the props reports it.
 */
export function given<Props extends object>(props: Props): Props {
  return typeof props === 'object' && props !== null ? props : ({} as Props);
}

/** The entries of a list, holes included, which `map` and `flatMap` skip. What is no list has none; its rule reports it. */
export function entries<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? Array.from(list) : [];
}
