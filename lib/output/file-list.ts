import { InvalidInputError, type Problem, show } from '../fleet/problem';
import type { OutputFile } from './render';

/** The list of what was written, beside the clusters' folders: `kubectl apply -f` of a folder does not see it. */
export const FILE_LIST = '.eastwest-files.json';

/** Whose files they are. */
export interface Owner {
  readonly mesh: string;
  readonly clusters: readonly string[];
}

/** The files that one fleet wrote. */
export interface ListedFleet extends Owner {
  /** Paths below the output folder, with slashes. */
  readonly files: readonly string[];
}

/** Which of the listed files are a fleet's own, and which are not. */
export interface Claim {
  readonly own: ReadonlySet<string>;
  readonly others: readonly ListedFleet[];
}

/** A fleet's own are those that a fleet of the same mesh wrote with at least one of its clusters. */
export function claim(listed: readonly ListedFleet[], { mesh, clusters }: Owner): Claim {
  const isOwn = (one: ListedFleet) =>
    one.mesh === mesh && one.clusters.some((cluster) => clusters.includes(cluster));
  return {
    own: new Set(listed.filter(isOwn).flatMap(({ files }) => files)),
    others: listed.filter((one) => !isOwn(one)),
  };
}

/** The list as a file; sorted, so that the same output has the same list. */
export function fileList(fleets: readonly ListedFleet[]): OutputFile {
  const sorted = fleets
    .map(({ mesh, clusters, files }) => ({ mesh, clusters: [...clusters].sort(), files: [...files].sort() }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { path: FILE_LIST, content: `${JSON.stringify(sorted, undefined, 2)}\n` };
}

function key({ mesh, clusters }: Owner): string {
  return JSON.stringify([mesh, clusters]);
}

/** @param path as an error names it */
export function parseFileList(path: string, text: string): ListedFleet[] {
  const problem = (got: string): Problem => ({
    path,
    must: 'be the list of written files as an earlier run left it',
    got,
    advice:
      'restore it from version control, or delete it: files that would not change are then listed again, the others are named',
  });
  const list = parseJson(text);
  if (list === undefined) throw new InvalidInputError([problem('text that is not JSON')]);
  if (!Array.isArray(list)) throw new InvalidInputError([problem(show(list))]);
  InvalidInputError.throwIfAny(
    list.filter((entry) => !isListedFleet(entry)).map((entry) => problem(show(entry))),
  );
  return list;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isListedFleet(value: unknown): value is ListedFleet {
  const { mesh, clusters, files } = (value ?? {}) as Partial<ListedFleet>;
  return typeof mesh === 'string' && areTexts(clusters) && areTexts(files) && files.every(isBelow);
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** Nothing outside of the output is ever deleted, whatever the list says. */
function isBelow(path: string): boolean {
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part));
}
