import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FieldError } from '../../lib/rules/field-error';
import { CliError } from '../errors';
import { shellWord } from '../shell';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** The content of a file; undefined where it does not exist. */
export function readIfExists(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The names of the folders in a folder, in order. Hidden ones are left out: writeFolder makes them for a moment. */
export function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/**
 * Writes all files of a folder or none: it writes them beside the folder and then renames. Key files are readable by their owner
 * alone. A folder that is replaced moves to the backups; the return value is its path there.
 */
export function writeFolder(
  target: string,
  files: Readonly<Record<string, string>>,
  backups: string,
): string | undefined {
  makePrivate(dirname(target));
  const fresh = join(dirname(target), `.${basename(target)}.new`);
  // an interrupted command may have left one
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: PRIVATE_FOLDER });
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(fresh, file), content, { mode: PRIVATE_FILE });
    if (!file.includes('key')) chmodSync(join(fresh, file), 0o644);
  }
  const backup = existsSync(target) ? moveToBackups(target, backups) : undefined;
  renameSync(fresh, target);
  return backup;
}

/** Moves a folder to the backups under the next free number, and returns its path there. */
export function moveToBackups(target: string, backups: string): string {
  makePrivate(backups);
  for (let number = 1; ; number++) {
    const backup = join(backups, `${basename(target)}.${number}`);
    if (existsSync(backup)) continue;
    renameSync(target, backup);
    return backup;
  }
}

/** Reports a key file that other users of this machine can read. */
export function permissionErrors(path: string): FieldError[] {
  if (!existsSync(path)) return [];
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [
    {
      path,
      expected: 'be readable by its owner alone (0600)',
      actual: `0${mode.toString(8)}`,
      hint: `run chmod 600 ${shellWord(path)}, and issue a new key if other users had access`,
    },
  ];
}

/** A push would publish a key that is kept in a repository. */
export function requireOutsideRepository(folder: string): void {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')))
      throw new CliError(
        `${folder}: must be outside of every git repository, got a folder in ${at}; choose another folder, so that no key is committed`,
      );
    if (dirname(at) === at) return;
  }
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  chmodSync(folder, PRIVATE_FOLDER);
}
