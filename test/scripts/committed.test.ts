import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCommitted } from '../../scripts/check/committed';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'committed-'));
  writeFileSync(join(folder, 'a.md'), 'one\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(files: Readonly<Record<string, string>>): Promise<void> {
  const make = async (fresh: string) => {
    mkdirSync(fresh, { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(fresh, file), content);
  };
  return checkCommitted({ folder, make, mend: 'npm run docs' });
}

test('a folder that holds what is made passes', async () => {
  await check({ 'a.md': 'one\n' });
});

test('a folder that differs is refused, with the difference and the command that mends it', async () => {
  await expect(check({ 'a.md': 'two\n', 'b.md': '' })).rejects.toThrow(
    [
      `${join(folder, 'a.md')} differs`,
      ...['@@ -1 +1 @@', '-one', '+two'],
      `${join(folder, 'b.md')} is not in ${folder}`,
      'run: npm run docs',
    ].join('\n'),
  );
});
