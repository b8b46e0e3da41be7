import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { keyMaterialIn } from '../../lib/rules/key-material';

const ROOT = join(__dirname, '..', '..');

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((file) => join(folder, String(file)))
    .filter((file) => statSync(file).isFile());
}

test.each(['dist', 'test/golden', 'examples'])('nothing secret is in %s', (folder) => {
  const files = filesIn(join(ROOT, folder));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files)
    expect([file, keyMaterialIn(readFileSync(file, 'utf8'))]).toEqual([file, undefined]);
});
