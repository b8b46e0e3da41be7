import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { commit } from './commit.js';
import type { OutputFile } from './render';

/** What a folder's files become. */
export interface Changes {
  readonly written: readonly OutputFile[];
  /** Paths below the folder. */
  readonly deleted: readonly string[];
}

/** One step of a journal; commit.js does them in their order. */
type Step =
  | { readonly from: string; readonly to: string }
  | { readonly remove: string }
  | { readonly removeIfEmpty: string };

/** Its process, and the name of the output folder that it is for. */
const NAME = /^\.eastwest\.tmp-(?<pid>\d+)-(?<output>.*)$/s;
const JOURNAL = 'journal.json';
const COMMITTER = join(__dirname, 'commit.js');
/** A commit takes less than a second. A process that is there after this time has a number that another one had before. */
const LONGEST_WAIT_MS = 20_000;

/**
 * Makes all changes or none, whenever this process is killed: they are prepared in a staging folder, and then made by a process
 * of its own that nobody kills along with this one. The last file is put in place last.
 * @param outdir without symbolic links
 */
export function makeChanges(outdir: string, changes: Changes): void {
  const staging = makeStagingFolder(outdir);
  try {
    changes.written.forEach(({ content }, index) => {
      writeFileSync(join(staging, String(index)), content);
    });
    writeFileSync(join(staging, `${JOURNAL}.part`), JSON.stringify(stepsOf(changes)));
    // from here on the changes are going to be made
    renameSync(join(staging, `${JOURNAL}.part`), join(staging, JOURNAL));
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
  commitApart(staging, outdir);
}

/** Finishes what killed processes have prepared completely, and removes what they have not. */
export function finishEarlierChanges(outdir: string): void {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  // again, because another process may have taken one over and still be at work
  for (let found = stagingFolders(outdir); found.length > 0; found = stagingFolders(outdir)) {
    for (const staging of found) {
      if (isAtWork(staging) && Date.now() < deadline) pause(10);
      else if (existsSync(join(staging, JOURNAL))) commitApart(staging, outdir);
      else rmSync(staging, { recursive: true, force: true });
    }
  }
}

function stepsOf({ written, deleted }: Changes): Step[] {
  const renames = written.map(({ path }, index): Step => ({ from: String(index), to: path }));
  const removed = deleted.map((path): Step => ({ remove: path }));
  const folders = foldersAbove(deleted).map((path): Step => ({ removeIfEmpty: path }));
  return [...renames.slice(0, -1), ...removed, ...folders, ...renames.slice(-1)];
}

/** The folders on the way to paths, the deepest first. */
function foldersAbove(paths: readonly string[]): string[] {
  const above = paths.flatMap((path) => {
    const parts = path.split('/');
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(above)].sort().reverse();
}

/**
 * A folder from which files can be renamed into the output: beside it, out of its readers' sight. It is made inside where it
 * cannot be beside: the parent is read-only or on another file system, or the output is the folder that the user works in.
 */
function makeStagingFolder(outdir: string): string {
  const name = `.eastwest.tmp-${process.pid}-${basename(outdir)}`;
  const beside = join(dirname(outdir), name);
  const inside = join(outdir, name);
  mkdirSync(dirname(outdir), { recursive: true });
  if (relative(outdir, process.cwd()).startsWith('..') && canBeBeside(beside, inside, outdir)) return beside;
  mkdirSync(inside, { recursive: true });
  return inside;
}

function canBeBeside(beside: string, inside: string, outdir: string): boolean {
  try {
    mkdirSync(beside);
  } catch {
    return false;
  }
  if (!existsSync(outdir)) return true;
  try {
    // two mounts of one file system look alike, and yet nothing can be renamed from one to the other
    renameSync(beside, inside);
    renameSync(inside, beside);
    return true;
  } catch {
    rmdirSync(beside);
    return false;
  }
}

/**
 * Commits in a process with a session of its own: a signal to this one, or to all of its terminal, does not stop it in the middle.
 */
function commitApart(staging: string, outdir: string): void {
  const apart = {
    // spawnSync knows it as spawn does, though Node's types leave it out
    detached: true,
    windowsHide: true,
    stdio: 'ignore',
    // no debugger, no loader
    env: { ...process.env, NODE_OPTIONS: '' },
  } as const;
  const { status, pid } = spawnSync(process.execPath, [COMMITTER, staging, outdir], apart);
  if (status === 0) return;
  // It could not be started or met an error: here the same steps finish the work, or say what is in their way.
  const owned = join(dirname(staging), basename(staging).replace(/\d+/, String(pid)));
  const left = [staging, owned].find((folder) => existsSync(join(folder, JOURNAL)));
  if (left !== undefined) commitHere(left, outdir);
}

function commitHere(staging: string, outdir: string): void {
  try {
    commit(staging, outdir);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new Error(
      `${outdir} is half written: ${reason}. Correct that and run again, or delete ${staging} to leave it as it is.`,
      { cause },
    );
  }
}

function stagingFolders(outdir: string): string[] {
  return [dirname(outdir), outdir].flatMap((place) =>
    entriesOf(place)
      .filter((name) => NAME.exec(name)?.groups?.output === basename(outdir))
      .map((name) => join(place, name)),
  );
}

/** The names in a folder; none where it is not there or cannot be read. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Whether the process that a staging folder belongs to still runs. This one has none before it makes its own. */
function isAtWork(staging: string): boolean {
  const pid = Number(NAME.exec(basename(staging))?.groups?.pid);
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // somebody else's process
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
