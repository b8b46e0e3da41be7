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
    const url = `${base.replace(/\/+$/, '')}/${file}`;
    const documents = read.get(url) ?? download(url);
    read.set(url, documents);
    return documents;
  };
}

async function download(url: string): Promise<Documents> {
  const response = await request(url);
  if (!response.ok) {
    throw new ImportsError(
      `${url}: must be there, got HTTP ${response.status}; correct scripts/imports/sources.ts or use --from FOLDER`,
    );
  }
  return { from: url, documents: parse(await response.text().catch(unreachable(url)), url) };
}

const TIMEOUT_MILLISECONDS = 60_000;

function request(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) }).catch(unreachable(url));
}

function unreachable(url: string): (error: Error) => never {
  return (error) => {
    const cause = error.cause as (Error & { code?: string }) | undefined;
    // a host with several addresses fails with a list of errors and no message of its own
    const reason = cause?.message || cause?.code || error.message;
    throw new ImportsError(
      `${url}: must be reachable, got ${reason}; use --from FOLDER where there is no network`,
    );
  };
}

function parse(text: string, from: string): unknown[] {
  try {
    return loadAll(text);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new ImportsError(`${from}: must be YAML, got: ${reason}; mend the file or take it away`);
  }
}

/** Reads every YAML file below a folder. */
export function folderReader(folder: string): Reader {
  const files = yamlFiles(folder);
  if (files.length === 0) {
    throw new ImportsError(
      `${folder}: must hold CRDs as .yaml files, has none; give the folder of the definitions`,
    );
  }
  const documents = files.flatMap((file) => parse(readFileSync(file, 'utf8'), file));
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
