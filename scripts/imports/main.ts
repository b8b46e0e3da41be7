import { parseArgs } from 'node:util';
import { ImportsError } from './errors';
import { generate } from './generate';
import { folderReader, upstreamReader } from './read';
import { SOURCES, UPSTREAM } from './sources';

const USAGE = 'npm run imports [-- --from FOLDER | --base-url URL] [--output FOLDER]';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      'base-url': { type: 'string', default: UPSTREAM },
      output: { type: 'string', default: 'imports' },
    },
  });
  const read = values.from ? folderReader(values.from) : upstreamReader(values['base-url']);
  await generate(SOURCES, read, values.output, (line) => console.log(line));
}

main().catch((error: Error & { code?: string }) => {
  const isUsage = error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(
    isUsage ? `${error.message}\nusage: ${USAGE}` : error instanceof ImportsError ? error.message : error,
  );
  process.exitCode = 1;
});
