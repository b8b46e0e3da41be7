import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compareFolders, shortDiff } from '../../scripts/check/compare';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>, root: string): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, root, file)), { recursive: true });
    writeFileSync(join(folder, root, file), content);
  }
  return join(folder, root);
}

test('the same bytes are no difference', () => {
  const files = { 'cluster-a/00.yaml': 'kind: A\n', 'install/a.yaml': 'kind: B\n' };
  expect(compareFolders(write(files, 'old'), write(files, 'new'))).toEqual([]);
});

test('a file too few, one too many and one changed are told apart', () => {
  const old = write({ 'a/changed.yaml': 'a: 1\n', 'a/stale.yaml': '', 'a/same.yaml': '' }, 'old');
  const fresh = write({ 'a/changed.yaml': 'a: 2\n', 'a/same.yaml': '', 'b/missing.yaml': '' }, 'new');
  expect(compareFolders(old, fresh)).toEqual([
    { file: 'a/changed.yaml', how: 'changed' },
    { file: 'a/stale.yaml', how: 'stale' },
    { file: 'b/missing.yaml', how: 'missing' },
  ]);
});

test('a dist that is not there lacks every file', () => {
  const fresh = write({ 'a.yaml': '' }, 'new');
  expect(compareFolders(join(folder, 'nowhere'), fresh)).toEqual([{ file: 'a.yaml', how: 'missing' }]);
});

test('the diff shows the changed lines and says how many it leaves out', async () => {
  const lines = (value: string) =>
    Array.from({ length: 40 }, (_, index) => `line${index}: ${value}\n`).join('');
  const old = write({ 'a.yaml': lines('old') }, 'old');
  const fresh = write({ 'a.yaml': lines('new') }, 'new');
  const shown = (await shortDiff(old, fresh, 'a.yaml')).split('\n');
  expect(shown.slice(0, 2)).toEqual(['@@ -1,40 +1,40 @@', '-line0: old']);
  expect(shown.at(-1)).toBe('(69 more lines)');
});
