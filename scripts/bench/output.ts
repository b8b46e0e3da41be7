import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadAll } from 'js-yaml';

interface FileOfObjects {
  readonly path: string;
  readonly objects: readonly unknown[];
}

/** A synth's output as data, written for plain-yaml.js to dump again. Returns how many objects there are. */
export function extractObjects(output: string, file: string): number {
  const files = readdirSync(output, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map(({ parentPath, name }): FileOfObjects => {
      const path = join(parentPath, name);
      return { path: relative(output, path), objects: loadAll(readFileSync(path, 'utf8')) };
    });
  writeFileSync(file, JSON.stringify(files));
  return files.reduce((sum, { objects }) => sum + objects.length, 0);
}
