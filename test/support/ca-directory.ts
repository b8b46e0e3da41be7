import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eastwest } from './cli';
import { folderForEachTest } from './folder';

/** `eastwest ca` and a CA directory for each test of a file. The directory does not exist yet when a test begins. */
export function caDirectoryForEachTest() {
  // it holds the CA directory, a fake kubectl, and what else a test writes
  const parent = folderForEachTest('eastwest-ca-');
  const folder = () => join(parent(), 'ca');
  const at = (...path: string[]) => join(folder(), ...path);
  /** Runs `eastwest ca COMMAND FOLDER ...`. */
  const ca = (command: string, ...args: string[]) =>
    eastwest(['ca', command, folder(), ...args], { path: parent() });
  return {
    parent,
    folder,
    at,
    ca,
    /** The error of a command that must fail. */
    refused: (command: string, ...args: string[]) => {
      const { status, stdout, stderr } = ca(command, ...args);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      return stderr;
    },
    read: (...path: string[]) => readFileSync(at(...path), 'utf8'),
    mode: (...path: string[]) => (statSync(at(...path)).mode & 0o777).toString(8),
  };
}
