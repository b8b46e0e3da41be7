import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FleetManifests, writeFleet } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { folderForEachTest } from '../support/folder';
import { refusal } from '../support/objects';

const work = folderForEachTest('outdir-');

function fleet() {
  const { a, b } = twoClusters();
  const sound = fleetOf([a, b]);
  sound.offer(hello(a, b));
  return sound;
}

const expected = 'must be the path of a folder, which is made if it does not exist';
const hint = "give one such as 'dist', or leave it out";

test.each([
  [1, '1'],
  [null, 'null'],
  ['', "''"],
  [{}, '{}'],
  ['a\0b', "'a\\u0000b'"],
])('the outdir %p is refused', (outdir, actual) => {
  expect(refusal(() => writeFleet(fleet(), outdir as never))).toEqual([
    `outdir: ${expected}, got ${actual}; ${hint}`,
  ]);
});

test('an outdir that is a file, or behind one, is refused', () => {
  const file = join(work(), 'file');
  writeFileSync(file, 'mine');
  for (const outdir of [file, join(file, 'dist')]) {
    expect(refusal(() => writeFleet(fleet(), outdir))).toEqual([
      `outdir: ${expected}, got '${outdir}', where '${file}' is a file; ${hint}`,
    ]);
  }
});

test('an outdir that is a link to nothing is refused', () => {
  const link = join(work(), 'link');
  symlinkSync('nothing', link);
  expect(refusal(() => writeFleet(fleet(), link))).toEqual([
    `outdir: ${expected}, got '${link}', where '${link}' is a symbolic link that leads nowhere; ${hint}`,
  ]);
});

test('what CDK8S_OUTDIR says is refused under that name', () => {
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = '';
  try {
    expect(refusal(() => writeFleet(fleet()))).toEqual([`CDK8S_OUTDIR: ${expected}, got ''; ${hint}`]);
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
  }
});

test('a folder of the user’s is not deleted for the link that the cdk8s CLI reads', () => {
  const link = join(work(), '.dist');
  mkdirSync(link);
  writeFileSync(join(link, 'mine'), 'mine');
  expect(refusal(() => writeFleet(fleet(), link))).toEqual([
    `outdir: must be a symbolic link to dist, or not exist, got '${link}', which is no link; move it away, or choose another outdir`,
  ]);
  expect(existsSync(join(link, 'mine'))).toBe(true);
  expect(readdirSync(work())).toEqual(['.dist']);
});

test('what is no fleet is refused', () => {
  const line = (actual: string) => [
    `fleet: must be a Fleet, got ${actual}; make it with new Fleet({ meshId, clusters })`,
  ];
  expect(refusal(() => (writeFleet as (fleet?: unknown) => void)())).toEqual(line('nothing'));
  expect(refusal(() => writeFleet({} as never))).toEqual(line('{}'));
  expect(refusal(() => new FleetManifests(undefined as never))).toEqual(line('nothing'));
  expect(refusal(() => new FleetManifests(null as never))).toEqual(line('null'));
});
