import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CheckFailure } from './failure';
import { run } from './run';

export interface Packed {
  readonly tarball: string;
  /** The files in it. */
  readonly files: readonly string[];
}

/** What a package is made from. */
const INPUTS = [
  ...['package.json', 'tsconfig.json', 'tsconfig.build.json', 'README.md', 'LICENSE'],
  ...['bin', 'cli', 'lib', 'imports'],
];

/**
 * Packs the package as `npm publish` would. From a copy, so that two may pack at the same time, and that nothing left
 * in build/ by an older one gets in.
 */
export async function pack(folder: string): Promise<Packed> {
  const copy = join(folder, 'source');
  mkdirSync(copy);
  for (const input of INPUTS.filter((path) => existsSync(path))) {
    cpSync(input, join(copy, input), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
  const { code, output, stdout } = await run('npm', [
    ...['pack', copy, '--json', '--loglevel=error', '--pack-destination', folder],
  ]);
  if (code !== 0) throw new CheckFailure(`npm pack failed:\n${output.trim()}`);
  const { filename, files } = readReport(stdout);
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

interface Report {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** npm's report, after whatever `prepack` printed: a list with one entry, or since npm 12 an object with one. */
function readReport(stdout: string): Report {
  const start = stdout.search(/^[[{]/m);
  const [report] = Object.values<Report>(JSON.parse(stdout.slice(start)));
  if (!report) throw new CheckFailure(`npm pack --json must report a package, wrote:\n${stdout}`);
  return report;
}
