import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder outside git that holds the programs; EASTWEST_LAB_CACHE moves it. */
export function cacheFolder(): string {
  return process.env.EASTWEST_LAB_CACHE || join(homedir(), '.cache', 'cdk8s-eastwest', 'lab');
}

/** A path inside the cache. */
export function cached(...parts: string[]): string {
  return join(cacheFolder(), ...parts);
}

/** A program in the cache's bin folder. */
export function program(name: string): string {
  return cached('bin', name);
}

/**
 * A stamp says that an installation finished, and with which recipe: a changed version, or an installation that
 * was killed half-way, runs again, and a finished one does not.
 */
export class Stamp {
  private readonly file: string;
  private readonly digest: string;

  constructor(name: string, recipe: unknown) {
    this.file = cached('stamps', name);
    this.digest = createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
  }

  get isCurrent(): boolean {
    return existsSync(this.file) && readFileSync(this.file, 'utf8') === this.digest;
  }

  set(): void {
    mkdirSync(cached('stamps'), { recursive: true });
    writeFileSync(this.file, this.digest);
  }

  clear(): void {
    rmSync(this.file, { force: true });
  }
}
