import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fleet } from '../../lib';
import { expectGolden, readFolder } from '../support/golden';

const ROOT = join(__dirname, '..', '..');
const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) =>
  existsSync(join(ROOT, 'examples', name, 'main.ts')),
);

/** Runs an example's app as its users do, and gives what it writes. */
function write(name: string): { fleet: Fleet; files: { [path: string]: string } } {
  const folder = mkdtempSync(join(tmpdir(), `example-${name}-`));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = folder;
  try {
    let fleet: Fleet | undefined;
    jest.isolateModules(() => {
      fleet = require(join(ROOT, 'examples', name, 'main.ts')).fleet;
    });
    return { fleet: fleet as Fleet, files: readFolder(folder) };
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

test('isolated-gateway is main.ts, to the byte', () => {
  expect(write('isolated-gateway').files).toEqual(readFolder(join(ROOT, 'dist')));
});

test.each(EXAMPLES.filter((name) => name !== 'isolated-gateway'))(
  '%s writes what its reviewer read',
  (name) => {
    expectGolden(`examples/${name}`, write(name).files);
  },
);

test.each(EXAMPLES)('%s exports its fleet, and has a folder for each of its clusters', (name) => {
  const { fleet, files } = write(name);
  const folders = new Set(Object.keys(files).map((path) => path.split('/')[0]));
  for (const cluster of fleet.clusters) expect(folders).toContain(cluster.name);
});
