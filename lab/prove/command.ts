import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { dump } from 'js-yaml';
import { LabError } from '../errors';
import { type LabLimit, labLimits } from '../fleet-limits';
import { requireLabName } from '../network/namespaces';
import { requireInstalled } from '../programs/install';
import { randomFleet } from '../random/random-fleet';
import { loadApp, type ProvenApp, randomApp } from './app';
import { prove } from './proof';
import { exitCode } from './report';
import { reportTable, type Screen } from './report-table';
import { proveRotation } from './rotation/rotation';

/**
 * `npm run prove -- [APP | --random SEED [--print]] [--json FILE] [--name LAB]`: 0 when each check observed what it expects, 1 when one
 * did not or the run stopped.
 */
export async function proveCommand(args: readonly string[]): Promise<number> {
  let code = 0;
  const command = new Command('prove')
    .description('Runs an app’s YAML on real control planes, and checks what works and what is refused.')
    .argument('[app]', 'an example, by its folder in examples/, or the path of an app; main.ts if left out')
    .option('--json <file>', 'also write the results to this file')
    .option('--random <seed>', 'instead of an app, a fleet that this number chooses', seedOf)
    .option('--print', 'with --random: only write the fleet, as YAML, and prove nothing')
    .option('--rotation', 'instead, replace the root of all clusters while traffic and replication run')
    .option('--name <lab>', 'the lab’s name; labs of different names run side by side', 'lab')
    .action(async (app: string | undefined, options: ProveOptions) => {
      code = await proveApp(app, options);
    })
    .exitOverride();
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has output what is wrong, or shown its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return code;
}

interface ProveOptions {
  readonly json?: string;
  readonly name: string;
  readonly rotation?: boolean;
  readonly random?: number;
  readonly print?: boolean;
}

async function proveApp(app: string | undefined, options: ProveOptions): Promise<number> {
  const { json, name, rotation, random, print } = options;
  if (app !== undefined && random !== undefined) throw new LabError('give an app or --random, not both');
  if (print && random === undefined) throw new LabError('--print belongs to --random');
  if (print) {
    console.log(dump(randomFleet(random as number)));
    return 0;
  }
  requireInstalled();
  requireLabName(name);
  if (json) requireFolder(json);
  const fresh = mkdtempSync(join(tmpdir(), 'eastwest-prove-'));
  try {
    const proven = random === undefined ? loadApp(app, fresh) : randomApp(random, fresh);
    sayLimits(proven);
    const report = await (rotation ? proveRotation : prove)(proven, name);
    if (json) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
    console.log(`\n${reportTable(report, screen())}`);
    return exitCode(report);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Prints, before the run, what the lab does not model, by prop. */
function sayLimits({ fleet }: ProvenApp): void {
  const limits = labLimits(fleet);
  const text = (limit: LabLimit) => `  ${limit.path}: ${limit.value}: ${limit.reason}`;
  const refused = limits.filter(({ refuses }) => refuses);
  if (refused.length > 0)
    throw new LabError(`the lab cannot prove this fleet:\n${refused.map(text).join('\n')}`);
  if (limits.length > 0)
    console.log(`Not proven, because the lab does not model it:\n${limits.map(text).join('\n')}\n`);
}

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a seed is a number of at most nine digits');
  return Number(text);
}

/** Checked first, not after the minutes of work that are written there. */
function requireFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new LabError(`--json: the folder ${folder} does not exist; make it first`);
}

/** Elsewhere than in a terminal, lines may be long, and colours are noise. */
function screen(): Screen {
  const { isTTY, columns } = process.stdout;
  return { width: isTTY ? columns : 160, colour: isTTY && !process.env.NO_COLOR };
}
