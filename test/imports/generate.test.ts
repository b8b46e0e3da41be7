import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../../scripts/imports/generate';
import { folderReader, upstreamReader } from '../../scripts/imports/read';
import type { Source } from '../../scripts/imports/sources';
import { FileServer } from './file-server';

const CRDS = join(__dirname, 'fixtures', 'crds');
const WIDGET: Source = { kind: 'Widget', group: 'example.com', version: 'v1', file: 'widgets.yaml' };
const GADGET: Source = { kind: 'Gadget', group: 'example.com', version: 'v1', file: 'widgets.yaml' };

let folder: string;
let server: FileServer;
// the cdk8s CLI starts once for each kind
jest.setTimeout(60_000);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imports-test-'));
  server = await FileServer.start(CRDS);
  await generate([WIDGET, GADGET], folderReader(CRDS), join(folder, 'first'), () => {});
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function filesOf(name: string): Record<string, string> {
  const path = join(folder, name);
  return Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));
}

function generateOne(source: Source, output: string): Promise<void> {
  return generate([source], folderReader(CRDS), join(folder, output), () => {});
}

test('a file for each kind, readable by everyone', () => {
  expect(Object.keys(filesOf('first'))).toEqual(['Gadget.ts', 'Widget.ts']);
  expect(statSync(join(folder, 'first')).mode & 0o777).toBe(0o755);
});

test('generating again gives the same bytes and leaves nothing beside', async () => {
  mkdirSync(join(folder, 'again'));
  for (const _ of ['once', 'twice']) {
    await generate([WIDGET, GADGET], folderReader(CRDS), join(folder, 'again', 'types'), () => {});
  }
  expect(filesOf('again/types')).toEqual(filesOf('first'));
  expect(readdirSync(join(folder, 'again'))).toEqual(['types']);
});

test('release files over HTTP give the same bytes, each asked for once', async () => {
  await generate([WIDGET, GADGET], upstreamReader(`${server.url}/`), join(folder, 'http'), () => {});
  expect(filesOf('http')).toEqual(filesOf('first'));
  expect(server.requests).toEqual(['/widgets.yaml']);
});

test('only the named version is typed', () => {
  const widget = filesOf('first')['Widget.ts'];
  expect(widget).toContain("apiVersion: 'example.com/v1'");
  expect(widget).not.toContain('oldField');
});

test('enums become enums, quantities strings, and what pods are made of stays untyped', () => {
  const widget = filesOf('first')['Widget.ts'];
  expect(widget).toContain('export enum WidgetSpecColour');
  expect(widget).toContain('readonly storage?: string;');
  expect(widget).toContain('readonly tolerations?: any;');
});

test('a kind is told from one of the same name by its group', () => {
  expect(filesOf('first')['Gadget.ts']).toContain('readonly size?: number;');
  expect(filesOf('first')['Gadget.ts']).not.toContain('price');
});

test('a kind that is no longer listed goes from the folder', async () => {
  await generateOne(WIDGET, 'fewer');
  await generateOne(GADGET, 'fewer');
  expect(Object.keys(filesOf('fewer'))).toEqual(['Gadget.ts']);
});

test('a folder that holds something else is not replaced', async () => {
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'mine.ts'), 'export {};\n');
  await expect(generateOne(WIDGET, 'mine')).rejects.toThrow(
    `${join(folder, 'mine')}: must be a folder of generated types or not there yet, holds mine.ts; give another --output`,
  );
  expect(filesOf('mine')).toEqual({ 'mine.ts': 'export {};\n' });
});
