/**
 * Numbers that follow from a seed alone. A fork has a sequence of its own, so that a question that is added to one
 * part of a fleet does not change the answers in another part.
 */
export class Dice {
  private state: number;

  constructor(private readonly seed: string) {
    this.state = hash(seed);
  }

  fork(name: string): Dice {
    return new Dice(`${this.seed}/${name}`);
  }

  /** An integer from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.next() * 100 < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T;
  }

  /** A value in so many of a hundred cases, otherwise nothing. The value is thrown in either case. */
  maybe<T>(percent: number, value: (dice: Dice) => T): T | undefined {
    const isGiven = this.chance(percent);
    const made = value(this);
    return isGiven ? made : undefined;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const left = [...items];
    const shuffled: T[] = [];
    while (left.length > 0) shuffled.push(...left.splice(this.int(0, left.length - 1), 1));
    return shuffled;
  }

  /** Some of the items, at least `least` and at most `most` of them. */
  some<T>(items: readonly T[], least: number, most: number): T[] {
    return this.shuffle(items).slice(
      0,
      this.int(Math.min(least, items.length), Math.min(most, items.length)),
    );
  }

  /** Mulberry32. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
