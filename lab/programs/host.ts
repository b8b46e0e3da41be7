import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LabError } from '../errors';
import { run } from '../shell';
import { HOST_COMMANDS } from './versions';

/** Whether a command is on the PATH. */
export function hasCommand(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/** Throws unless the machine can run a lab at all: everything in it is a Linux namespace, made by root. */
export function requireLinuxRoot(): void {
  if (process.platform !== 'linux') {
    throw new LabError(
      `the lab needs Linux network namespaces, this is ${process.platform}; run it in a Linux machine`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new LabError('the lab makes network namespaces and must run as root; run it again with sudo');
  }
}

/** Throws, naming all that is missing at once, unless the tools that build the programs are there. */
export function requireBuildTools(): void {
  const wanted: Readonly<Record<string, string>> = {
    go: 'Go 1.26 or later (https://go.dev/dl)',
    python3: 'Python 3 with pip (Debian: python3-pip)',
    'apt-get': "apt, for Debian's etcd and MySQL (a Debian or Ubuntu machine)",
  };
  const missing = Object.entries(wanted).filter(([command]) => !hasCommand(command));
  if (missing.length > 0) {
    throw new LabError(`this machine lacks:\n${missing.map(([, what]) => `  - ${what}`).join('\n')}`);
  }
}

/** The Debian packages that would bring the commands which this machine lacks. */
export function missingPackages(): string[] {
  const missing = Object.entries(HOST_COMMANDS).filter(([command]) => !hasCommand(command));
  return [...new Set(missing.map(([, name]) => name))];
}

/** Installs the Debian packages that bring the missing commands. */
export async function installPackages(progress: (line: string) => void): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update'], { env, onLine: progress });
  await run(['apt-get', 'install', '-y', '--no-install-recommends', ...missingPackages()], {
    env,
    onLine: progress,
  });
}
