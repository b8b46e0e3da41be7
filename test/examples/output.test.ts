import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { toolPath } from '../../scripts/check/run';
import { readFolder } from '../support/golden';

// dist is main.ts's. What the guides say of the other examples is typed in a copy of the repository.

const NAMES = readdirSync('examples').filter(
  (name) => name !== 'isolated-gateway' && existsSync(join('examples', name, 'main.ts')),
);

let clone: string;
// each starts a process that loads everything, on a busy machine
jest.setTimeout(60_000);
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'eastwest-examples-'));
  for (const path of ['examples', 'lib', 'imports', 'dist', 'main.ts'])
    cpSync(path, join(clone, path), { recursive: true });
  for (const path of ['package.json', 'tsconfig.json', 'cdk8s.yaml']) cpSync(path, join(clone, path));
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'), 'junction');
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

function type(command: readonly string[], cwd = clone) {
  const { status, stderr } = spawnSync(process.execPath, command, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CDK8S_OUTDIR: undefined },
  });
  return { status, stderr };
}

/** The folders that an example makes, one for each cluster and for the installations. */
function made(name: string): string[] {
  const folder = join(clone, 'examples', name, 'dist');
  return existsSync(folder) ? readdirSync(folder) : [];
}

test.each(NAMES)('%s: the command of its guide writes beside it, and leaves dist as it was', (name) => {
  const committed = readFolder(resolve('dist'));
  const guide = readFileSync(join('docs', `${name}.md`), 'utf8');
  const [, command] = guide.match(/^node (-r tsx\/cjs \S+)/m) ?? [];
  expect(guide).toContain(`examples/${name}/dist`);
  expect(type((command ?? '').split(' '))).toEqual({ status: 0, stderr: '' });
  expect(made(name)).toContain('install');
  expect(readFolder(join(clone, 'dist'))).toEqual(committed);
});

test("with cdk8s synth too, whose output is said by the repository's cdk8s.yaml", () => {
  const committed = readFolder(resolve('dist'));
  rmSync(join(clone, 'examples', 'hybrid', 'dist'), { recursive: true, force: true });
  const app = ['--app', 'node -r tsx/cjs examples/hybrid/main.ts'];
  expect(type([toolPath('cdk8s'), 'synth', '--check-upgrade=false', ...app])).toMatchObject({ status: 0 });
  expect(made('hybrid')).toContain('install');
  expect(readFolder(join(clone, 'dist'))).toEqual(committed);
});

test('another folder may be named', () => {
  mkdirSync(join(clone, 'other'), { recursive: true });
  const app = ['--app', 'node -r tsx/cjs examples/hybrid/main.ts', '--output', 'other/hybrid'];
  expect(type([toolPath('cdk8s'), 'synth', '--check-upgrade=false', ...app])).toMatchObject({ status: 0 });
  expect(readdirSync(join(clone, 'other', 'hybrid'))).toContain('install');
});
