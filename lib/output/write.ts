import { existsSync, lstatSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type FieldError, InvalidInputError, show } from '../rules/field-error';
import { type Claim, claim, FILE_LIST, fileList, type Owner, parseFileList } from './file-list';
import { namingFolder } from './folder-errors';
import type { OutputFile } from './render';
import { type Changes, entriesOf, finishEarlierChanges, makeChanges } from './staging';
import { Surroundings } from './surroundings';

/**
 * Puts a fleet's files into a folder: all of them or, where anything is in the way, none. Files that an earlier run wrote for the
 * same fleet and that are no longer made are deleted; nothing else is. Files that do not change are left alone.
 */
export function writeFiles(folder: string, owner: Owner, files: readonly OutputFile[]): void {
  namingFolder(folder, () => writeInto(folder, owner, files));
}

function writeInto(folder: string, owner: Owner, files: readonly OutputFile[]): void {
  const outdir = existsSync(folder) ? realpathSync(folder) : resolve(folder);
  removeOldLeftovers(resolve(folder));
  finishEarlierChanges(outdir);
  const surroundings = new Surroundings(folder, outdir);
  const claimed = claim(surroundings.name(FILE_LIST), readFileList(surroundings), owner);
  const list = fileList([...claimed.others, { ...owner, files: files.map(({ path }) => path) }]);
  const changes = changesOf(surroundings, [...files, list], claimed);
  if (changes.written.length + changes.deleted.length > 0) makeChanges(outdir, changes);
}

function readFileList(surroundings: Surroundings) {
  const { content, error } = surroundings.at(FILE_LIST);
  if (error) throw new InvalidInputError([error]);
  return content ? parseFileList(surroundings.name(FILE_LIST), content.toString()) : [];
}

function changesOf(surroundings: Surroundings, files: readonly OutputFile[], claimed: Claim): Changes {
  // a set, because one folder may be in the way of many files
  const errors = new Set<FieldError>();
  const written = files.filter(({ path, content }) => {
    const found = surroundings.at(path);
    if (found.error) errors.add(found.error);
    if (found.error || found.content?.equals(Buffer.from(content))) return false;
    const isOurs = path === FILE_LIST || claimed.own.has(path);
    if (found.content && !isOurs) errors.add(foreignFile(surroundings, path, claimed));
    return true;
  });
  const needed = new Set([
    ...files.map(({ path }) => path),
    ...claimed.others.flatMap((other) => other.files),
  ]);
  const deleted = [...claimed.own].filter((path) => {
    if (needed.has(path)) return false;
    const { content, error } = surroundings.at(path);
    if (error?.leadsOut) errors.add(error);
    return content !== undefined;
  });
  const readOnly = surroundings.readOnly([...written.map(({ path }) => path), ...deleted]);
  InvalidInputError.throwIfAny([...errors, ...readOnly]);
  return { written, deleted };
}

/** A file that is in the way, and that this fleet did not write. */
function foreignFile(surroundings: Surroundings, path: string, { others }: Claim): FieldError {
  const owner = others.find(({ files }) => files.includes(path));
  return {
    path: surroundings.name(path),
    expected: 'be a file that this fleet wrote, or not exist',
    actual: owner
      ? `a file of the fleet of mesh ${show(owner.mesh)} with the clusters ${owner.clusters.join(', ')}`
      : `a file with other content that is not in ${FILE_LIST}`,
    hint: owner
      ? 'give each fleet an outdir of its own or, if the mesh was renamed, delete these files once'
      : 'move it away or choose another outdir; if an earlier version of this library wrote it, delete it',
  };
}

/** Earlier versions prepared their files in such folders, and left them when they were killed. */
function removeOldLeftovers(folder: string): void {
  const prefix = `.${basename(folder)}.tmp-`;
  for (const name of entriesOf(dirname(folder))) {
    const path = join(dirname(folder), name);
    if (!name.startsWith(prefix) || name.length !== prefix.length + RANDOM_CHARACTERS) continue;
    const isOurs = entriesOf(path).every((entry) => entry === 'new' || entry === 'old');
    if (isOurs && lstatSync(path).isDirectory()) rmSync(path, { recursive: true, force: true });
  }
}

/** What mkdtemp puts behind a prefix. */
const RANDOM_CHARACTERS = 6;
