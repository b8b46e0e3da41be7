import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { CheckFailure } from './failure';

export interface Finished {
  readonly code: number;
  /** What it wrote to both streams. */
  readonly output: string;
  /** What it wrote to standard output alone. */
  readonly stdout: string;
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm and npx are scripts on Windows, which only a shell starts
      shell: process.platform === 'win32' && ['npm', 'npx'].includes(program),
    });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data;
      stdout += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      output += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output, stdout }));
  });
}

/** Runs a program of one of our packages; without npx, which takes half a second to find it. */
export async function runTool(
  tool: Tool,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { code, output } = await run(process.execPath, [toolPath(tool), ...args], env);
  if (code !== 0) throw new CheckFailure(output.trim());
}

const TOOLS = {
  biome: ['@biomejs/biome', 'bin/biome'],
  tsc: ['typescript', 'bin/tsc'],
  jest: ['jest', 'bin/jest.js'],
  cdk8s: ['cdk8s-cli', 'bin/cdk8s'],
  typedoc: ['typedoc', 'bin/typedoc'],
} as const;

export type Tool = keyof typeof TOOLS;

export function toolPath(tool: Tool): string {
  const [name, file] = TOOLS[tool];
  return join(dirname(require.resolve(`${name}/package.json`)), file);
}
