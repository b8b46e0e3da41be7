import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { LabError } from '../errors';
import { retry } from '../retry';
import { attempt, run } from '../shell';

const FOLDER = '/run/netns';

/** Lab names have no dash, so that one lab's namespaces are never taken for another's. */
export function requireLabName(name: string): string {
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
    throw new LabError(
      `lab name must be 1 to 12 lower-case letters and digits, a letter first, got '${name}'`,
    );
  }
  return name;
}

/** The full name of a lab's network namespace. */
export function namespaceName(lab: string, rest: string): string {
  return `eastwest-${lab}-${rest}`;
}

/** The file that stands for a network namespace, as nsenter wants it. */
export function namespaceFile(namespace: string): string {
  return `${FOLDER}/${namespace}`;
}

/** What goes before a command to run it in a network namespace. */
export function inside(namespace: string): string[] {
  return ['nsenter', `--net=${namespaceFile(namespace)}`, '--'];
}

/** A lab's namespaces that exist now, also those that a killed run left. */
export function namespacesOf(lab: string): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).filter((name) => name.startsWith(namespaceName(lab, '')));
}

/** The processes in network namespaces: a lab's processes are known by where they are, not by a list of ids. */
export function processesIn(namespaces: readonly string[]): number[] {
  const wanted = new Set(namespaces.map(inodeOf).filter((inode) => inode !== undefined));
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => wanted.has(namespaceOfProcess(entry) ?? -1))
    .map(Number);
}

/** How long killed processes may take to end: on a busy machine some are slow to exit. */
const KILLED = 30_000;

/** Ends every process in the namespaces: with SIGTERM, and with SIGKILL after the grace period. */
export async function endProcesses(namespaces: readonly string[], graceMs = 1500): Promise<void> {
  signal(processesIn(namespaces), 'SIGTERM');
  const deadline = Date.now() + graceMs;
  const remaining = () => {
    const processes = processesIn(namespaces);
    if (Date.now() > deadline) signal(processes, 'SIGKILL');
    return processes;
  };
  const until = (processes: readonly number[]) => processes.length === 0;
  const { ok, value } = await retry(remaining, { until, timeoutMs: graceMs + KILLED, pauseMs: 50 });
  if (!ok) throw new LabError(`processes ${value.join(', ')} do not end`);
}

/** Takes namespaces away, with their interfaces and rules. */
export async function deleteNamespaces(namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) await attempt(['ip', 'netns', 'delete', namespace]);
}

/** Runs a batch of `ip` commands in a network namespace. */
export async function ip(namespace: string, commands: readonly string[]): Promise<void> {
  await run(['ip', '-n', namespace, '-batch', '-'], { input: `${commands.join('\n')}\n` });
}

function signal(processes: readonly number[], name: NodeJS.Signals): void {
  for (const process_ of processes) {
    try {
      process.kill(process_, name);
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

function inodeOf(namespace: string): number | undefined {
  try {
    return statSync(namespaceFile(namespace)).ino;
  } catch {
    return undefined;
  }
}

function namespaceOfProcess(id: string): number | undefined {
  try {
    return Number(/\[(\d+)\]/.exec(readlinkSync(`/proc/${id}/ns/net`))?.[1]);
  } catch {
    return undefined;
  }
}
