import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { toolPath } from '../../scripts/check/run';

/** Importing file, and what it must not and what it may import. */
const DIRECTIONS: readonly (readonly [
  file: string,
  refused: readonly string[],
  allowed: readonly string[],
])[] = [
  [
    'main.ts',
    [
      './lib/model/offer',
      './lib/kinds',
      './imports/Gateway',
      './lab/lab',
      './scripts/check/main',
      './test/x',
    ],
    ['./lib', './examples/workloads/curl', 'cdk8s', 'constructs'],
  ],
  [
    'examples/workloads/curl.ts',
    ['../../lib/mesh/east-west-gateway', '../../imports/Gateway', '../../lab/lab', '../../cli/main'],
    ['../../lib', 'cdk8s', 'constructs'],
  ],
  ['lib/index.ts', ['../imports/Gateway', 'cdk8s'], ['./kinds', './model/fleet', './charts/fleet-manifests']],
  ['lib/kinds.ts', ['./model/fleet', 'cdk8s'], ['../imports/Gateway', 'cdk8s-plus-27/lib/imports/k8s']],
  [
    'lib/rules/rule.ts',
    ['../model/fleet', '../mesh/connection', 'cdk8s', '..'],
    ['./field-error', '../well-known/dns'],
  ],
  [
    'lib/model/offer.ts',
    [
      ...['cdk8s', 'constructs', 'js-yaml', '../kinds', '../mesh/connection', '..', '../../lab/lab'],
      ...['../offers/kinds', '../validation/validate', '../plan/plan'],
    ],
    ['./cluster', 'node:net', '../rules/rules', '../well-known/dns', '../database/pxc/settings'],
  ],
  [
    'lib/offers/group.ts',
    ['../validation/validate', '../plan/plan', '../mesh/connection', 'cdk8s'],
    ['./kind', '../model/offer', '../rules/rules'],
  ],
  [
    'lib/validation/hosts.ts',
    ['../plan/plan', '../mesh/connection', '../charts/fleet-manifests', 'cdk8s'],
    ['./named-offer', '../offers/offer-plan', '../topology/istiods', '../database/members'],
  ],
  [
    'lib/plan/traffic.ts',
    ['../charts/fleet-manifests', '../output/render', '../install/helmfile', 'cdk8s', 'constructs'],
    ['./mesh', '../validation/validate', '../offers/kinds', '../mesh/connection', '../database/pxc/engine'],
  ],
  [
    'lib/mesh/gateway.ts',
    [
      ...['../database/pxc/replica-set', '../charts/fleet-manifests', '../output/render', '..', '../index'],
      ...['../plan/plan', '../../imports/Gateway', '../../cli/main', '../../lab/lab', '../../test/x'],
    ],
    ['./connection', '../model/protocol', '../kinds', '../secrets/required-secret', 'cdk8s', 'constructs'],
  ],
  [
    'lib/database/pxc/channel.ts',
    ['../../mesh/connection', '../../charts/fleet-manifests', '../../plan/plan', '../../index'],
    ['./mesh-annotations', '../engine', '../../kinds', '../../secrets/required-secret', 'cdk8s'],
  ],
  [
    'lib/secrets/secret.ts',
    ['../mesh/connection', '../charts/fleet-manifests', '..'],
    ['../rules/rules', '../kinds'],
  ],
  [
    'lib/output/render.ts',
    ['../kinds', '../mesh/connection', '..'],
    ['../rules/field-error', 'cdk8s', 'constructs'],
  ],
  [
    'lib/install/method.ts',
    [
      ...['..', '../charts/fleet-manifests', '../mesh/connection', '../output/write', '../../imports/Istio'],
      'cdk8s',
    ],
    ['./istio-values', '../plan/install', '../mesh/mesh-networks', '../output/render', '../kinds', 'js-yaml'],
  ],
  [
    'lib/charts/chart.ts',
    ['..', '../index', '../../imports/Gateway', '../../lab/lab', 'js-yaml'],
    [
      ...['../mesh/connection', '../database/member-constructs', '../output/write', '../plan/cluster-plan'],
      ...['../kinds', '../secrets/required-secret', 'cdk8s', 'constructs'],
    ],
  ],
  [
    'lib/new/thing.ts',
    ['..', '../index', '../../lab/lab', '../../imports/Gateway'],
    ['../model/fleet', 'cdk8s'],
  ],
  ['lab/lab.ts', ['../imports/Gateway'], ['../lib', '../scripts/imports/read', 'ajv']],
  ['test/imports/x.ts', ['../../imports/Gateway'], ['../../scripts/imports/read', '../../lib/model/offer']],
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-directions-'));
  cpSync('biome.json', join(folder, 'biome.json'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
}

/** What lint says, as `file:line rule`. */
function lint(): string[] {
  const { stdout } = spawnSync(process.execPath, [toolPath('biome'), 'lint', '--reporter=github', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return [...stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+),line=(\d+)/g)].map(
    ([, rule, file, line]) => `${file?.replace(`${resolve(folder)}/`, '')}:${line} ${rule}`,
  );
}

test.each(DIRECTIONS)('%s imports only in its direction', (file, refused, allowed) => {
  const imports = [...refused, ...allowed].map(
    (path, index) => `export { a as a${index} } from '${path}';\n`,
  );
  write(file, imports.join(''));
  expect(lint()).toEqual(refused.map((_, index) => `${file}:${index + 1} noRestrictedImports`));
});

test('a type and a lazy import count too', () => {
  write(
    'lib/model/offer.ts',
    "import type { App } from 'cdk8s';\nexport const lazy = (): Promise<App> => import('cdk8s');\n",
  );
  expect(lint()).toEqual([1, 2].map((line) => `lib/model/offer.ts:${line} noRestrictedImports`));
});

test('files do not import one another in a circle', () => {
  write('lib/model/a.ts', "import { b } from './b';\nexport const a = () => b;\n");
  write('lib/model/b.ts', "import { a } from './a';\nexport const b = () => a;\n");
  expect(lint().sort()).toEqual(['lib/model/a.ts:1 noImportCycles', 'lib/model/b.ts:1 noImportCycles']);
});

test('lib/kinds.ts is the only file that imports generated types', () => {
  // generated files have their kind's name, which begins with a capital
  const { stdout } = spawnSync(
    'git',
    ['grep', '-lE', "'(\\./|(\\.\\./)+)imports/[A-Z]", '*.ts', ':!test/scripts'],
    {
      encoding: 'utf8',
    },
  );
  expect(stdout).toBe('lib/kinds.ts\n');
});
