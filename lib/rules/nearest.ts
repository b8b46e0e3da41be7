/** A difference of so many characters is still taken for a mistake in a long name; in a short one it must be smaller. */
const MOST = 3;

/** The known name that a misspelt one is nearest to, as the beginning of a hint; empty where none is near. */
export function didYouMean(wrong: string, names: readonly string[]): string {
  const name = nearest(wrong, names);
  return name === undefined ? '' : `did you mean '${name}'? `;
}

/** The name that differs least from a misspelt one, if it is near enough to be what was meant. */
export function nearest(wrong: string, names: readonly string[]): string | undefined {
  // also keeps the cost small for a very long text
  const limit = Math.min(MOST, Math.floor(wrong.length / 4) + 1);
  const near = names
    .filter((name) => Math.abs(name.length - wrong.length) <= limit)
    .map((name) => ({ name, far: distance(wrong.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= limit && far < name.length)
    .sort((one, other) => one.far - other.far);
  return near[0]?.name;
}

/** The number of characters to insert, delete or replace that make one text of another (Levenshtein distance). */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, character] of [...from].entries()) {
    const next = [at + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (character === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
