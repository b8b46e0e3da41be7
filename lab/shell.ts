import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { LabError } from './errors';

/** How a command is run; everything is optional. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to standard input, which is closed after it. */
  readonly input?: string;
  /** After how many milliseconds the command is killed. @default - never */
  readonly timeoutMs?: number;
  /** Called with each line of output, for progress displays. */
  readonly onLine?: (line: string) => void;
}

/** What a command printed and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that ended with another code than 0, and the end of its output. */
export class CommandError extends LabError {
  constructor(
    argv: readonly string[],
    readonly outcome: Outcome,
  ) {
    const output = (outcome.stderr.trim() || outcome.stdout.trim()).split('\n').slice(-12).join('\n');
    super(`\`${shorten(argv.join(' '))}\` ended with ${outcome.code}${output ? `:\n${output}` : ''}`);
  }
}

/** Runs a command to its end, whatever its exit code. */
export function attempt(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0] as string, argv.slice(1), spawnOptions(options));
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = options.timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, options.timeoutMs)
      : undefined;
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk;
      report(chunk, options.onLine);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk;
      report(chunk, options.onLine);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new LabError(`cannot run ${argv[0]}: ${error.message}; install it or put it on the PATH`));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (timedOut) stderr += `\nkilled after ${options.timeoutMs} ms`;
      resolve({ code: timedOut ? 124 : (code ?? 137), stdout, stderr });
    });
    // A command that ends before it has read its input is judged by its exit code, not by the broken pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs a command and gives what it printed; throws when it ends with anything but 0. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await attempt(argv, options);
  if (outcome.code !== 0) throw new CommandError(argv, outcome);
  return outcome.stdout;
}

/** Starts a program that keeps running, in a process group of its own so that Ctrl-C reaches only the lab. */
export function start(argv: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(argv[0] as string, argv.slice(1), { ...options, detached: true });
  child.on('error', () => undefined);
  return child;
}

/** Quotes a word for sh. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function spawnOptions(options: RunOptions): SpawnOptions {
  return { cwd: options.cwd, env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] };
}

function report(chunk: Buffer, onLine?: (line: string) => void): void {
  if (!onLine) return;
  for (const line of chunk.toString().split('\n')) if (line.trim()) onLine(line.trim());
}

function shorten(command: string): string {
  return command.length > 200 ? `${command.slice(0, 200)}…` : command;
}
