import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import { cutToVersion, findCrd } from './crd';
import { ImportsError } from './errors';
import type { Reader } from './read';
import type { Source } from './sources';

/** Generates a file of types for each source and swaps them for the folder's old ones: all of them, or none. */
export async function generate(
  sources: readonly Source[],
  read: Reader,
  folder: string,
  progress: (line: string) => void,
): Promise<void> {
  const target = resolve(folder);
  mkdirSync(dirname(target), { recursive: true });
  const beside = mkdtempSync(join(dirname(target), `.${basename(target)}.tmp-`));
  try {
    for (const source of sources) {
      const { from, documents } = await read(source);
      const crd = cutToVersion(findCrd(documents, source, from), source, from);
      writeFileSync(join(beside, `${source.kind}.ts`), generateTypes(crd));
      progress(`${source.kind}.ts from ${from}`);
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(beside, target);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** What `cdk8s import` makes of one definition. */
function generateTypes(crd: object): string {
  const work = mkdtempSync(join(tmpdir(), 'imports-'));
  try {
    writeFileSync(join(work, 'crd.yaml'), dump(crd, { noRefs: true }));
    const cli = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s');
    const args = ['import', 'crd.yaml', '--language', 'typescript', '--output', 'out', '--no-save'];
    execFileSync(process.execPath, [cli, ...args, '--check-upgrade=false'], { cwd: work, stdio: 'pipe' });
    const [file] = readdirSync(join(work, 'out'));
    if (!file)
      throw new ImportsError('cdk8s import: must write a file, wrote none; run it by hand on the definition');
    return readFileSync(join(work, 'out', file), 'utf8');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
