import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withTemporaryFolder } from '../check/temporary';
import { exampleCases, type Result, ringCases } from './cases';
import { machine, table } from './table';

const USAGE = 'npm run bench [-- --runs 5] [--rings 2,50,200,1000] [--json FILE]';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '5' },
      rings: { type: 'string', default: '2,50,200,1000' },
      json: { type: 'string' },
    },
  });
  const runs = positive('--runs', values.runs);
  const rings = values.rings.split(',').map((size) => positive('--rings', size));
  const results = await withTemporaryFolder(async (folder) => {
    const found: Result[] = [];
    for (const result of allCases(folder, runs, rings)) {
      // measuring takes minutes: show that it goes on, without a word in the table
      console.error(`${result.subject}, ${result.command}: ${result.wallSeconds.toFixed(2)} s`);
      found.push(result);
    }
    return found;
  });
  // TMPDIR=/dev/shm takes the disk out of it
  console.log(`\nMedian of ${runs} after a warm-up. ${machine()}\n\n${table(results)}`);
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify({ machine: machine(), runs, results }, undefined, 2)}\n`);
  }
}

function* allCases(folder: string, runs: number, rings: readonly number[]): Generator<Result> {
  yield* exampleCases(folder, runs);
  for (const clusters of rings) yield* ringCases(clusters, folder, runs);
}

/** Also two is the smallest ring: nobody offers to itself. */
function positive(option: string, text: string): number {
  const least = option === '--rings' ? 2 : 1;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`${option}: must be a whole number of at least ${least}, got '${text}'`);
}

class UsageError extends Error {}

main().catch((error: Error & { code?: string }) => {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\nusage: ${USAGE}` : error);
  process.exitCode = 1;
});
