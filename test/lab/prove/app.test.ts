import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadApp, requireSame } from '../../../lab/prove/app';

describe('the app to prove', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'prove-app-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('main.ts, with the committed dist', () => {
    const { name, fleet, dist } = loadApp(undefined, join(folder, 'fresh'));
    expect({ name, meshId: fleet.meshId, dist }).toEqual({
      name: 'main.ts',
      meshId: 'mesh1',
      dist: join(__dirname, '../../../dist'),
    });
  });

  test("an app of one's own, by its path", () => {
    const file = join(folder, 'own.js');
    writeFileSync(file, 'exports.fleet = { outdir: process.env.CDK8S_OUTDIR };');
    const { name, fleet, dist } = loadApp(file, '/fresh');
    expect({ name, fleet, dist }).toEqual({ name: file, fleet: { outdir: '/fresh' }, dist: '/fresh' });
  });

  test('an app that exports no fleet is told how', () => {
    const file = join(folder, 'none.js');
    writeFileSync(file, '');
    expect(() => loadApp(file, folder)).toThrow(
      /none\.js must export its fleet: export const fleet = new Fleet/,
    );
  });

  test('an app that does not exist', () => {
    expect(() => loadApp('nosuch', folder)).toThrow(
      /^no app 'nosuch'; give nothing for main\.ts, an example \(there are: /,
    );
    expect(() => loadApp('./nosuch.ts', folder)).toThrow("no app './nosuch.ts'");
  });
});

describe('dist is what the app writes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'prove-dist-'));
    for (const name of ['fresh', 'dist']) {
      mkdirSync(join(folder, name, 'a'), { recursive: true });
      writeFileSync(join(folder, name, 'a/x.yaml'), 'x: 1\n');
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const check = () => requireSame(join(folder, 'fresh'), join(folder, 'dist'));

  test('the same', () => expect(check).not.toThrow());

  test('missing', () => {
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(check).toThrow('dist is missing; run npm run synth first');
  });

  test.each([
    ['changed', 'dist/a/x.yaml', 'x: 2\n'],
    ['too much', 'dist/a/y.yaml', 'y: 1\n'],
    ['too little', 'fresh/a/z.yaml', 'z: 1\n'],
  ])('%s', (_, path, text) => {
    writeFileSync(join(folder, path), text);
    expect(check).toThrow(
      `dist/${path.replace(/^\w+\//, '')} is not what main.ts writes; run npm run synth first`,
    );
  });
});
