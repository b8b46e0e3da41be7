import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileList } from '../../../lib/output/file-list';
import { readFolder } from '../../support/golden';
import { OUTPUTS, OWNER } from './outputs';

/** When a writer is killed, as soon as it has begun. */
export const MOMENTS = {
  'at any time': () => true,
  'while it prepares its files': (folder: string) => staging(folder).length > 0,
  'when the journal is there': (folder: string) =>
    staging(folder).some((path) => existsSync(join(path, 'journal.json'))),
  'inside the commit': (folder: string) =>
    staging(folder).some((path) => existsSync(join(path, 'journal.json')) && !existsSync(join(path, '0'))),
} as const;

export type Moment = keyof typeof MOMENTS;

const COMPLETE = OUTPUTS.map((files) => {
  const list = fileList([{ ...OWNER, files: files.map(({ path }) => path) }]);
  return JSON.stringify([...files, list].map(({ path, content }) => [path, content]).sort());
});

/** Which output a folder has: 0, 1 or, where it is a mixture, none. */
export function outputIn(folder: string): number {
  return COMPLETE.indexOf(JSON.stringify(Object.entries(readFolder(folder)).sort()));
}

/**
 * Kills a writer and all of its process group at a moment, and gives which output the folder has then; a commit that goes on alone may take a moment.
 * @param delayMs how much later
 */
export async function killWriter(folder: string, moment: Moment, delayMs: number): Promise<number> {
  const writer = spawn(process.execPath, ['-r', 'tsx/cjs', join(__dirname, 'writer.ts'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // a group of its own, which is killed as a whole
    detached: true,
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    writer.on('exit', (_code, signal) => resolve(signal));
  });
  const before = changedAt(folder);
  while (changedAt(folder) === before && writer.exitCode === null) await sleep(5);
  await sleep(delayMs);
  // a moment is short: nothing else runs until it is there
  const deadline = Date.now() + 2000;
  while (!MOMENTS[moment](folder) && Date.now() < deadline);
  process.kill(-(writer.pid as number), 'SIGKILL');
  if ((await ended) !== 'SIGKILL') throw new Error('the writer ended by itself');
  for (let wait = 0; staging(folder).length > 0 && wait < 500; wait += 10) await sleep(10);
  for (let wait = 0; outputIn(folder) < 0 && wait < 3000; wait += 50) await sleep(50);
  return outputIn(folder);
}

function staging(folder: string): string[] {
  const beside = dirname(folder);
  return readdirSync(beside)
    .filter((name) => name.startsWith('.eastwest.tmp-'))
    .map((name) => join(beside, name));
}

function changedAt(folder: string): number | undefined {
  return lstatSync(join(folder, '.eastwest-files.json'), { throwIfNoEntry: false })?.mtimeMs;
}
