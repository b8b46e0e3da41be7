import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Runs `eastwest` as a user would. Programs in the folder `first`, where it is given, come before those of the machine. */
export function eastwest(args: readonly string[], first?: string) {
  const argv = ['-r', 'tsx/cjs', join(ROOT, 'cli', 'main.ts'), ...args];
  const path = [...(first ? [first] : []), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path };
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: 'utf8', env });
  return { status, stdout, stderr: stderr.trim() };
}
