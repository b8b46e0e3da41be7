import { checkCommitted } from './committed';
import { runTool } from './run';

/**
 * The docstrings make what docs/api holds. TypeDoc fails where something public has no docstring, and where a public signature
 * mentions a type that lib/index.ts does not export: see typedoc.json.
 */
export function checkApi(): Promise<void> {
  return checkCommitted({
    folder: 'docs/api',
    make: (fresh) => runTool('typedoc', ['--logLevel', 'Warn', '--out', fresh], { NO_COLOR: '1' }),
    mend: 'npm run docs, read the difference and commit it',
  });
}
