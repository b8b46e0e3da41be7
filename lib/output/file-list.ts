import { type FieldError, InvalidInputError, show } from '../rules/field-error';
import { isDnsLabel } from '../rules/kubernetes-names';
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

/**
 * A fleet's own are those that a fleet of the same mesh wrote with at least one of its clusters. Two such fleets are not one: the
 * files of the second would go.
 * @param path of the list, as an error names it
 */
export function claim(path: string, listed: readonly ListedFleet[], owner: Owner): Claim {
  const { mesh, clusters } = owner;
  const own = listed.filter(
    (one) => one.mesh === mesh && one.clusters.some((cluster) => clusters.includes(cluster)),
  );
  if (own.length > 1) throw new InvalidInputError([severalFleets(path, owner, own)]);
  return {
    own: new Set(own.flatMap(({ files }) => files)),
    others: listed.filter((one) => !own.includes(one)),
  };
}

function severalFleets(path: string, { mesh, clusters }: Owner, own: readonly ListedFleet[]): FieldError {
  return {
    path,
    expected: `list one fleet of mesh ${show(mesh)} that has a cluster of this fleet (${clusters.join(', ')})`,
    actual: own.map((one) => `a fleet with the clusters ${one.clusters.join(', ')}`).join(' and '),
    hint: 'give each fleet an outdir of its own, and each cluster to one fleet; or, if this fleet replaces them all, delete their files and this list once',
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
  const error = (actual: string): FieldError => ({
    path,
    expected: 'be the list of written files as an earlier run left it',
    actual,
    hint: 'restore it from version control, or delete it: files that would not change are then listed again, the others are named',
  });
  const list = parseJson(text);
  if (list === undefined) throw new InvalidInputError([error('text that is not JSON')]);
  if (!Array.isArray(list)) throw new InvalidInputError([error(show(list))]);
  InvalidInputError.throwIfAny(
    list.filter((entry) => !isListedFleet(entry)).map((entry) => error(show(entry))),
  );
  InvalidInputError.throwIfAny(list.flatMap(foreignPaths).map(error));
  return list;
}

/** What an entry lists and this library cannot have written for its clusters, as an error shows it. */
function foreignPaths({ clusters, files }: ListedFleet): string[] {
  return files
    .filter((file) => !isOwnPath(file, clusters))
    .map(
      (file) => `${show(file)}, which is no file that a fleet with the clusters ${clusters.join(', ')} has`,
    );
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
  return typeof mesh === 'string' && areTexts(clusters) && areTexts(files);
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/**
 * Whether a path is that of a chart, `<cluster>/<id>.k8s.yaml`, or of a file that installs Istio, `install/<cluster>/<name>.yaml`.
 * Nothing else is ever deleted, whatever the list says.
 */
function isOwnPath(path: string, clusters: readonly string[]): boolean {
  const { chartOf, installOf } = OWN_PATH.exec(path)?.groups ?? {};
  const cluster = chartOf ?? installOf;
  return isDnsLabel(cluster) && clusters.includes(cluster);
}

const OWN_PATH = /^(?:(?<chartOf>[^/]+)\/[^/\\:\0]+\.k8s\.yaml|install\/(?<installOf>[^/]+)\/[\w.-]+\.yaml)$/;
