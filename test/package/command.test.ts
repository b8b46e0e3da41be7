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
import { EASTWEST } from '../../lib/well-known/command';
import { run } from '../../scripts/check/run';
import { EmptyApp } from './empty-app';
import { LocalRegistry } from './local-registry';

// The command as all texts give it, in each place where somebody may type it.

const [NPX = '', ...COMMAND] = EASTWEST.split(' ');

let app: EmptyApp;
let registry: LocalRegistry;
let folder: string;
// npm on a busy machine
jest.setTimeout(240_000);
beforeAll(async () => {
  app = await EmptyApp.install();
  registry = await LocalRegistry.start(app.installed);
});
afterAll(async () => {
  await registry?.stop();
  app?.remove();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eastwest-command-'));
  registry.requests.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** npm's settings of somebody who has nothing in a cache, and whose only registry is ours. */
function settings(prefix: string) {
  // what npm sets for the programs that it runs, these tests among them, is not in somebody's shell
  const inherited = Object.keys(process.env).filter((name) => /^(npm_|INIT_CWD$)/i.test(name));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    npm_config_registry: registry.url,
    npm_config_cache: join(folder, 'cache'),
    npm_config_prefix: prefix,
    // nor what this machine's npm is told otherwise than npm's defaults
    npm_config_userconfig: join(folder, 'no-npmrc'),
    npm_config_globalconfig: join(folder, 'no-global-npmrc'),
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}

/** Types the command in a folder. */
function type(cwd: string, args: readonly string[], prefix = join(folder, 'nothing')) {
  return run(NPX, [...COMMAND, ...args], settings(prefix), cwd);
}

const SHOWN = { code: 0, output: expect.stringMatching(/^Usage: eastwest .*remote-secret.* ca /s) };

test('in a clone after npm ci, without a build', async () => {
  const clone = join(folder, 'clone');
  mkdirSync(clone);
  for (const path of ['package.json', 'package-lock.json', 'tsconfig.json', 'bin', 'cli', 'lib', 'imports'])
    cpSync(path, join(clone, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'), 'junction');
  expect(await type(clone, ['--help'])).toMatchObject(SHOWN);
  expect(await type(clone, ['ca', 'show', join(folder, 'none')])).toMatchObject({
    code: 1,
    output: expect.stringContaining(`make one with: ${EASTWEST} ca init`),
  });
  expect(existsSync(join(clone, 'build'))).toBe(false);
  expect(registry.requests).toEqual([]);
});

test('beside an installed package', async () => {
  expect(await type(app.folder, ['--help'])).toMatchObject(SHOWN);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await type(app.folder, ['--version'])).toMatchObject({ code: 0, output: `${version}\n` });
  expect(registry.requests).toEqual([]);
});

test('in any folder where the package is installed globally', async () => {
  const prefix = join(folder, 'global');
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const quiet = ['--ignore-scripts', '--loglevel=error'];
  const installed = await run(
    'npm',
    ['install', '--global', app.tarball, ...quiet],
    settings(prefix),
    elsewhere,
  );
  if (installed.code !== 0) throw new Error(installed.output);
  registry.requests.length = 0;
  expect(await type(elsewhere, ['--help'], prefix)).toMatchObject(SHOWN);
  expect(registry.requests).toEqual([]);
});

test('where it is installed nowhere it refuses, and no package of that name is fetched', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const { code, output } = await type(empty, ['--help']);
  expect(code).not.toBe(0);
  expect(output).toMatch(/npx canceled due to missing packages/);
  // npm asks which version there is, and takes none
  expect(registry.requests).toEqual(['eastwest']);
  expect(readdirSync(empty)).toEqual([]);
});
