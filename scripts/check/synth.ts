import { join } from 'node:path';
import { compareFolders, type Difference, shortDiff } from './compare';
import { CheckFailure } from './failure';
import { runTool } from './run';
import { withTemporaryFolder } from './temporary';

const COMMITTED = 'dist';

const WORDS: Readonly<Record<Difference['how'], string>> = {
  missing: 'is not in dist',
  stale: 'is in dist, but no longer made',
  changed: 'differs',
};

/** What main.ts makes now is what dist holds, byte for byte. */
export async function checkSynth(): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const fresh = join(folder, COMMITTED);
    await runTool('cdk8s', ['synth', '--check-upgrade=false', '--output', fresh]);
    const differences = compareFolders(COMMITTED, fresh);
    if (differences.length === 0) return;
    const shown = await Promise.all(
      differences.map(async ({ file, how }) => {
        const line = `${join(COMMITTED, file)} ${WORDS[how]}`;
        return how === 'changed' ? `${line}\n${await shortDiff(COMMITTED, fresh, file)}` : line;
      }),
    );
    throw new CheckFailure(
      `${shown.join('\n')}\nrun: npx cdk8s synth, read the difference and commit it with its cause`,
    );
  });
}
