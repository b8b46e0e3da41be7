import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';

/** How one file of two folders differs. */
export interface Difference {
  readonly file: string;
  readonly how: 'missing' | 'stale' | 'changed';
}

/** Files that `committed` lacks, has too many, or has with other bytes than `fresh`. */
export function compareFolders(committed: string, fresh: string): Difference[] {
  const old = filesBelow(committed);
  const made = filesBelow(fresh);
  return [...new Set([...old, ...made])].sort().flatMap((file): Difference[] => {
    if (!old.includes(file)) return [{ file, how: 'missing' }];
    if (!made.includes(file)) return [{ file, how: 'stale' }];
    const same = readFileSync(join(committed, file)).equals(readFileSync(join(fresh, file)));
    return same ? [] : [{ file, how: 'changed' }];
  });
}

const LINES_SHOWN = 12;

/** The first lines of a changed file's difference. */
export async function shortDiff(committed: string, fresh: string, file: string): Promise<string> {
  const { stdout } = await run('git', [
    ...['diff', '--no-index', '--no-ext-diff', '--no-color', '--unified=1', '--'],
    ...[join(committed, file), join(fresh, file)],
  ]);
  const lines = stdout.split('\n');
  const hunks = lines.slice(lines.findIndex((line) => line.startsWith('@@'))).filter((line) => line !== '');
  const rest = hunks.length - LINES_SHOWN;
  return [...hunks.slice(0, LINES_SHOWN), ...(rest > 0 ? [`(${rest} more lines)`] : [])].join('\n');
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
