import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDER = join(__dirname, '..', 'golden');

/**
 * Compares files with those that a reviewer has read and committed, all of them and no others.
 * UPDATE_GOLDEN=1 writes them anew.
 */
export function expectGolden(name: string, files: { [path: string]: string }): void {
  const folder = join(FOLDER, name);
  if (process.env.UPDATE_GOLDEN) {
    rmSync(folder, { recursive: true, force: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  }
  const golden = readFolder(folder);
  try {
    expect(files).toEqual(golden);
  } catch (error) {
    const hint = `test/golden/${name} differs; if the new YAML is what you want: UPDATE_GOLDEN=1 npm test, then read and commit it`;
    (error as Error).message += `\n\n${hint}`;
    throw error;
  }
}

export function readFolder(folder: string): { [path: string]: string } {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
