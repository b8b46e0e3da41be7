import { join } from 'node:path';
import { compareFolders, type Difference, shortDiff } from './compare';
import { CheckFailure } from './failure';
import { withTemporaryFolder } from './temporary';

export interface Generated {
  /** The folder whose content is committed. */
  readonly folder: string;
  /** Makes the content anew in another folder. */
  readonly make: (fresh: string) => Promise<void>;
  /** What mends a difference: continues "run: ". */
  readonly mend: string;
}

/** What is made now is what a committed folder holds, byte for byte. */
export async function checkCommitted({ folder, make, mend }: Generated): Promise<void> {
  await withTemporaryFolder(async (temporary) => {
    const fresh = join(temporary, folder);
    await make(fresh);
    const differences = compareFolders(folder, fresh);
    if (differences.length === 0) return;
    const shown = await Promise.all(differences.map((difference) => describe(folder, fresh, difference)));
    throw new CheckFailure(`${shown.join('\n')}\nrun: ${mend}`);
  });
}

async function describe(folder: string, fresh: string, { file, how }: Difference): Promise<string> {
  const words: Readonly<Record<Difference['how'], string>> = {
    missing: `is not in ${folder}`,
    stale: `is in ${folder}, but no longer made`,
    changed: 'differs',
  };
  const line = `${join(folder, file)} ${words[how]}`;
  return how === 'changed' ? `${line}\n${await shortDiff(folder, fresh, file)}` : line;
}
