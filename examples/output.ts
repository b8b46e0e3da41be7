import { rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Where an example writes: the folder `dist` beside its main.ts, whatever folder it is run in. The repository's own dist is
 * main.ts's, and an example must not replace it. CDK8S_OUTDIR and `cdk8s synth --output` name another folder.
 */
export function outputBeside(example: string): string {
  const folder = join(example, 'dist');
  const given = process.env.CDK8S_OUTDIR;
  if (given === undefined) return folder;
  // what cdk8s.yaml says stands for the repository's dist; the CLI looks for YAML there afterwards
  if (basename(given) !== '.dist') return given;
  rmSync(given, { recursive: true, force: true });
  symlinkSync(relative(dirname(given), folder), given, 'junction');
  return folder;
}
