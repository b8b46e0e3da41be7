import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

interface RunOptions {
  /** A folder whose programs come before those of the machine, such as a fake kubectl. */
  readonly path?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A shell command that reads the output through a pipe. */
  readonly reader?: string;
}

/** Runs `eastwest` as a user would. No command may ever print a private key: each run is checked for it. */
export function eastwest(args: readonly string[], { path, env, reader }: RunOptions = {}) {
  const command = [process.execPath, join(ROOT, 'bin', 'eastwest.js'), ...args];
  // a shell alone makes pipes; "$@" hands the words over as they are
  const [program = '', ...argv] = reader ? ['sh', '-c', `"$@" | ${reader}`, 'sh', ...command] : command;
  const { status, stdout, stderr } = spawnSync(program, argv, {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: [...(path ? [path] : []), process.env.PATH].join(delimiter),
      DEBUG: '',
      ...env,
    },
  });
  if (`${stdout}${stderr}`.includes('PRIVATE KEY'))
    throw new Error(`eastwest ${args.join(' ')} printed a key`);
  return { status, stdout, stderr: stderr.trim() };
}
