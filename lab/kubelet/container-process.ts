import type { ChildProcess } from 'node:child_process';
import { closeSync, fchmodSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inside } from '../network/namespaces';
import { start } from '../shell';
import { type RootFolder, rootScript } from './root-folder';

/** How a container's program is run. */
export interface ContainerPlan {
  readonly name: string;
  readonly namespace: string;
  readonly folder: string;
  readonly root: Omit<RootFolder, 'mountPoint'>;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A container that runs: one program in a mount namespace of its own and its pod's network namespace. */
export class ContainerProcess {
  /** The exit code, once it ended. */
  exitCode: number | undefined;
  readonly ended: Promise<number>;
  private readonly child: ChildProcess;

  constructor(readonly plan: ContainerPlan) {
    const log = openLog(join(plan.folder, `${plan.name}.log`));
    const script = prepare(plan);
    const argv = [
      ...inside(plan.namespace),
      'unshare',
      '--mount',
      '--uts',
      '--propagation',
      'private',
      '--',
      'sh',
      script,
    ];
    this.child = start([...argv, ...plan.argv], {
      stdio: ['ignore', log, log],
      env: { PATH, HOME: '/root', ...plan.env },
    });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const end = (code: number) => {
        this.exitCode ??= code;
        resolve(this.exitCode);
      };
      this.child.once('exit', (code) => end(code ?? 137));
      this.child.once('error', () => end(127));
    });
  }

  /** nsenter, unshare, sh and chroot each become the next, so that this is the program's own id. */
  get id(): number | undefined {
    return this.exitCode === undefined ? this.child.pid : undefined;
  }
}

/** The command that runs a program in a pod's network namespace with a file system of its own, as an ephemeral debug container. */
export function debugContainer(plan: ContainerPlan): { argv: string[]; env: NodeJS.ProcessEnv } {
  const argv = [
    ...inside(plan.namespace),
    'unshare',
    '--mount',
    '--uts',
    '--propagation',
    'private',
    '--',
    'sh',
    prepare(plan),
  ];
  return { argv: [...argv, ...plan.argv], env: { PATH, HOME: '/root', ...plan.env } };
}

function prepare(plan: ContainerPlan): string {
  const mountPoint = join(plan.folder, `${plan.name}.root`);
  mkdirSync(mountPoint, { recursive: true });
  const script = join(plan.folder, `${plan.name}.sh`);
  writeFileSync(script, rootScript({ ...plan.root, mountPoint }));
  return script;
}

/** Anyone may write to the log: a program as another user opens /dev/stdout again by its name. */
function openLog(file: string): number {
  const log = openSync(file, 'a');
  fchmodSync(log, 0o666);
  return log;
}
