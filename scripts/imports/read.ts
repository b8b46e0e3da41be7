import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { ImportsError } from './errors';
import type { Source } from './sources';

/** The YAML documents in which a source's definition is looked for, and what to call them in an error. */
export interface Documents {
  readonly from: string;
  readonly documents: readonly unknown[];
}

export type Reader = (source: Source) => Promise<Documents>;

/** Reads release files from upstream, each once. */
export function upstreamReader(base: string): Reader {
  const read = new Map<string, Promise<Documents>>();
  return ({ file }) => {
    const url = `${base}/${file}`;
    const documents = read.get(url) ?? download(url);
    read.set(url, documents);
    return documents;
  };
}

async function download(url: string): Promise<Documents> {
  const response = await fetch(url).catch((error: Error) => {
    const reason = (error.cause as Error | undefined)?.message ?? error.message;
    throw new ImportsError(
      `${url}: must be reachable, got ${reason}; use --from FOLDER where there is no network`,
    );
  });
  if (!response.ok) {
    throw new ImportsError(
      `${url}: must be there, got HTTP ${response.status}; correct scripts/imports/sources.ts or use --from FOLDER`,
    );
  }
  return { from: url, documents: loadAll(await response.text()) };
}

/** Reads every YAML file below a folder. */
export function folderReader(folder: string): Reader {
  const files = yamlFiles(folder);
  if (files.length === 0) {
    throw new ImportsError(
      `${folder}: must hold CRDs as .yaml files, has none; give the folder of the definitions`,
    );
  }
  const documents = files.flatMap((file) => loadAll(readFileSync(file, 'utf8')));
  return async () => ({ from: folder, documents });
}

function yamlFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ImportsError(
      `${folder}: must be a folder, is none; give the folder of the definitions after --from`,
    );
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
