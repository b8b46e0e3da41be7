import { readFileSync } from 'node:fs';
import { CheckFailure } from './failure';
import { pack } from './pack';
import { withTemporaryFolder } from './temporary';

const ALLOWED = [
  /^bin\/eastwest\.js$/,
  /^build\/(cli|lib|imports)\/.+\.(js|d\.ts)$/,
  /^LICENSE$/,
  /^README\.md$/,
  /^package\.json$/,
];
const REQUIRED = [
  'bin/eastwest.js',
  'build/cli/main.js',
  'build/lib/index.js',
  'build/lib/index.d.ts',
  // run by Node from its path
  'build/lib/output/commit.js',
  'LICENSE',
  'README.md',
  'package.json',
];

/** The package holds what its users need and nothing else, and Node and TypeScript find their way in it. */
export async function checkPackage(): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const { tarball, files } = await pack(folder);
    const problems = [...contentErrors(files), ...(await publintErrors(tarball))];
    if (problems.length > 0) throw new CheckFailure(problems.join('\n'));
  });
}

export function contentErrors(files: readonly string[]): string[] {
  const foreign = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
  const missing = REQUIRED.filter((file) => !files.includes(file));
  return [
    ...foreign.map((file) => `${file}: must not be in the package; correct \`files\` in package.json`),
    ...missing.map((file) => `${file}: must be in the package; correct \`files\` or the build`),
  ];
}

async function publintErrors(tarball: string): Promise<string[]> {
  // ECMAScript modules, and only needed here
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  const { messages, pkg } = await publint({ pack: { tarball: bytes(tarball) }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg ?? {}, { color: false })}`);
}

function bytes(file: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
