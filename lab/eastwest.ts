import { resolve } from 'node:path';

const CLI = resolve(__dirname, '..', 'cli', 'main.ts');

/** The package's own command, to be run as a user runs it. */
export function eastwest(...args: readonly string[]): string[] {
  return [process.execPath, '-r', require.resolve('tsx/cjs'), CLI, ...args];
}
