import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What one run of a command cost. */
export interface Usage {
  readonly wallSeconds: number;
  /** User and system time of every Node process in it, but for the one that puts files in place. */
  readonly cpuSeconds: number;
  /** The largest process' peak. */
  readonly peakMegabytes: number;
}

const HOOK = resolve(__dirname, 'usage-hook.js');

/** A program that writes below a folder. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The median of several runs of a command of Node's after one to warm up: compilers keep what they compiled, the system
 * what it read. Each number has a median of its own. Each run writes to a folder that is not there yet, because making
 * files takes longer than writing them again; the last one stays.
 */
export function measure(output: string, runs: number, command: Command): Usage {
  runOnce(output, command);
  const usages = Array.from({ length: runs }, () => runOnce(output, command));
  return {
    wallSeconds: median(usages.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: median(usages.map(({ cpuSeconds }) => cpuSeconds)),
    peakMegabytes: median(usages.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

function runOnce(output: string, { program, args, env }: Command): Usage {
  rmSync(output, { recursive: true, force: true });
  const folder = mkdtempSync(join(tmpdir(), 'bench-usage-'));
  const report = join(folder, 'usage.jsonl');
  try {
    const start = process.hrtime.bigint();
    const { status, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      shell: process.platform === 'win32' && program === 'npx',
      env: {
        ...process.env,
        ...env,
        BENCH_USAGE_FILE: report,
        NODE_OPTIONS: `--require ${JSON.stringify(HOOK)}`,
      },
    });
    const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${status}:\n${stderr}`);
    return { wallSeconds, ...readUsage(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface ProcessUsage {
  readonly cpuMicroseconds: number;
  readonly peakKilobytes: number;
}

/** A line for each process. */
function readUsage(report: string): Omit<Usage, 'wallSeconds'> {
  const lines = readFileSync(report, 'utf8').trimEnd().split('\n');
  const processes = lines.map((line) => JSON.parse(line) as ProcessUsage);
  return {
    cpuSeconds: processes.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0) / 1e6,
    peakMegabytes: Math.max(...processes.map(({ peakKilobytes }) => peakKilobytes)) / 1024,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
