import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Listr } from 'listr2';
import { type Check, checks } from './checks';
import { CheckFailure } from './failure';

const USAGE = 'npm run check [-- --skip-tests] [--json FILE]';

interface Failed {
  readonly title: string;
  readonly error: Error;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'skip-tests': { type: 'boolean', default: false }, json: { type: 'string' } },
  });
  const todo = checks({ skipTests: values['skip-tests'] });
  const failed = await runAll(todo);
  for (const { title, error } of failed) {
    const details = error instanceof CheckFailure ? error.message : error.stack;
    console.error(`\n${title}:\n${details}`);
  }
  const counts = { passed: todo.length - failed.length, failed: failed.length };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(counts)}\n`);
  console.log(
    failed.length === 0
      ? `All ${todo.length} checks passed.`
      : `\n${failed.length} of ${todo.length} checks failed: ${failed.map(({ title }) => title).join(', ')}.`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** One after the other, for each takes every core that there is; a failure does not stop the next. */
async function runAll(todo: readonly Check[]): Promise<Failed[]> {
  const failed: Failed[] = [];
  const tasks = todo.map(({ title, run }) => ({
    title,
    task: async () => {
      try {
        await run();
      } catch (error) {
        failed.push({ title, error: error as Error });
        // its details come below, all together
        throw new Error('see below');
      }
    },
  }));
  await new Listr(tasks, {
    concurrent: false,
    exitOnError: false,
    // plain lines where nobody watches
    fallbackRenderer: 'simple',
    rendererOptions: { showErrorMessage: false, collapseErrors: false },
  }).run();
  return failed;
}

main().catch((error: Error & { code?: string }) => {
  const isUsage = error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\nusage: ${USAGE}` : error);
  process.exitCode = 1;
});
