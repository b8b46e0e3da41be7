import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Fleet, FleetManifests, writeFleet } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { readFolder } from '../support/golden';
import { refusal } from '../support/objects';

const ROOT = resolve(__dirname, '..', '..');
let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'output-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

function sound(): Fleet {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b));
  return fleet;
}

function broken(): Fleet {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b, { port: 0 }));
  return fleet;
}

test('a folder for each cluster, and what istiod is told beside them', () => {
  const dist = join(work, 'dist');
  writeFleet(sound(), dist);
  expect(readdirSync(dist).sort()).toEqual(['.eastwest-files.json', 'cluster-a', 'cluster-b', 'install']);
  for (const name of ['cluster-a', 'cluster-b'])
    expect(readdirSync(join(dist, 'install', name))).toEqual(['istio.yaml']);
  expect(readdirSync(work)).toEqual(['dist']);
});

test('a second write changes no byte', () => {
  const dist = join(work, 'dist');
  writeFleet(sound(), dist);
  const first = readFolder(dist);
  writeFleet(sound(), dist);
  expect(readFolder(dist)).toEqual(first);
});

test('bad input writes nothing, and an older output stays as it was', () => {
  const dist = join(work, 'dist');
  writeFleet(sound(), dist);
  const before = readFolder(dist);
  expect(refusal(() => writeFleet(broken(), dist))).toHaveLength(1);
  expect(readFolder(dist)).toEqual(before);
  expect(refusal(() => writeFleet(broken(), join(work, 'new')))).toHaveLength(1);
  expect(readdirSync(work)).toEqual(['dist']);
});

test('a cluster that left the fleet leaves the output', () => {
  const dist = join(work, 'dist');
  writeFleet(sound(), dist);
  writeFleet(fleetOf([twoClusters().a]), dist);
  expect(readdirSync(dist).sort()).toEqual(['.eastwest-files.json', 'cluster-a', 'install']);
  expect(readdirSync(join(dist, 'install'))).toEqual(['cluster-a']);
});

/** A project as the README has it, with an app that can be made to fail. */
function project(): {
  synth: (...args: string[]) => { status: number | null; stderr: string };
  dist: string;
} {
  writeFileSync(join(work, 'cdk8s.yaml'), readFileSync(join(ROOT, 'cdk8s.yaml')));
  symlinkSync(join(ROOT, 'node_modules'), join(work, 'node_modules'));
  writeFileSync(
    join(work, 'main.ts'),
    `import { Cluster, Fleet, writeFleet } from ${JSON.stringify(join(ROOT, 'lib'))};
     const network = process.env.BREAK ? 'not a label value' : 'network1';
     writeFleet(new Fleet({ meshId: 'm', clusters: [new Cluster({ name: process.env.NAME ?? 'one', network })] }));`,
  );
  const cli = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'synth', '--check-upgrade=false', ...args], {
      cwd: work,
      encoding: 'utf8',
      env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
    });
  return { synth: run, dist: join(work, 'dist') };
}

test('cdk8s synth writes dist, and a synth that fails leaves it as it was', () => {
  const { synth, dist } = project();
  expect(synth()).toMatchObject({ status: 0 });
  const before = readFolder(dist);
  expect(Object.keys(before)).toContain(join('one', '00-namespaces.k8s.yaml'));
  process.env.BREAK = 'yes';
  const failed = synth();
  delete process.env.BREAK;
  expect(failed.status).not.toBe(0);
  expect(failed.stderr).toContain('clusters[0].network: must be a label value of 1 to 63 characters');
  expect(readFolder(dist)).toEqual(before);
  process.env.NAME = 'two';
  expect(synth()).toMatchObject({ status: 0 });
  delete process.env.NAME;
  // another fleet, as far as anybody can tell: nothing of the first is deleted
  expect(readdirSync(dist).sort()).toEqual(['.eastwest-files.json', 'install', 'one', 'two']);
}, 60_000);

test('cdk8s synth --output writes where it was told to', () => {
  const { synth, dist } = project();
  expect(synth('--output', 'elsewhere')).toMatchObject({ status: 0 });
  expect(readdirSync(join(work, 'elsewhere')).sort()).toEqual(['.eastwest-files.json', 'install', 'one']);
  expect(existsSync(dist)).toBe(false);
}, 60_000);

test('the committed dist is what main.ts writes', () => {
  const env = { ...process.env, CDK8S_OUTDIR: join(work, 'fresh') };
  execFileSync(process.execPath, ['-r', 'tsx/cjs', 'main.ts'], { cwd: ROOT, env });
  expect(readFolder(join(work, 'fresh'))).toEqual(readFolder(join(ROOT, 'dist')));
}, 60_000);

test('nothing of an object is lost on the way to its file', () => {
  const manifests = new FleetManifests(sound());
  for (const { content } of manifests.render()) expect(content.endsWith('\n')).toBe(true);
});
