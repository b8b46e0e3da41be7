import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eastwest } from '../support/cli';
import { fakeKubectl } from '../support/fake-kubectl';
import { folderForEachTest } from '../support/folder';

// What holds for every command

const folder = folderForEachTest('eastwest-main-');

test('--version prints the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const args of [['--version'], ['-V'], ['ca', '--version']])
    expect(eastwest(args)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([
  ['command', ['remote-secrets'], "unknown command 'remote-secrets'", 'remote-secret'],
  ['command of ca', ['ca', 'shwo'], "unknown command 'shwo'", 'show'],
  ['option', ['ca', 'init', 'folder', 'east', '--day', '3'], "unknown option '--day'", '--days'],
])('an unknown %s: the nearest one is suggested', (_, args, message, nearest) => {
  expect(eastwest(args)).toEqual({
    status: 1,
    stdout: '',
    stderr: `error: ${message}\n(Did you mean ${nearest}?)\n(--help explains the usage)`,
  });
});

describe('an error that no command expects', () => {
  const run = (args: string[], env = {}) => {
    fakeKubectl(folder(), { '*': 'echo no JSON' });
    const { status, stdout, stderr } = eastwest(['remote-secret', 'a', 'b', '--apply', ...args], {
      path: folder(),
      env,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    return stderr;
  };

  test('is one line with the cause', () => {
    expect(run([])).toMatch(
      /^unexpected error: SyntaxError: Unexpected token .*; --verbose prints the stack trace for a bug report$/,
    );
  });

  test('has a stack trace with --verbose or DEBUG', () => {
    for (const stderr of [run(['--verbose']), run([], { DEBUG: '1' })])
      expect(stderr).toMatch(
        /^SyntaxError: Unexpected token [\s\S]*\n +at JSON\.parse[\s\S]*remote-secret\.ts/,
      );
  });
});

test('an error of the file system names the path and the cause', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  expect(eastwest(['ca', 'init', join(file, 'ca'), 'east'])).toEqual({
    status: 1,
    stdout: '',
    stderr: `${join(file, 'ca')}: mkdir failed: a part of the path is a file, not a folder (ENOTDIR); give a path that you can read and write`,
  });
});

test('an error that the user can correct has no stack trace with --verbose either', () => {
  expect(eastwest(['ca', 'show', folder(), '--verbose']).stderr).toMatch(/^\S+ has no root CA; .*$/);
});

test('a pipe that the reader closes is no error, and the work is completed', () => {
  const ca = join(folder(), 'ca');
  // the reader exits before the command prints anything
  const { stderr } = eastwest(['ca', 'init', ca, 'east', 'west'], { reader: 'true' });
  expect(stderr).toBe('');
  expect(eastwest(['ca', 'show', ca])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^west /m) });
});

test('no output has colours, with or without NO_COLOR', () => {
  mkdirSync(join(folder(), 'ca'));
  for (const env of [{ NO_COLOR: '1' }, { FORCE_COLOR: '1' }])
    for (const args of [['--help'], ['ca', 'init', '--help'], ['ca', 'shwo'], ['ca', 'show', folder()]]) {
      const { stdout, stderr } = eastwest(args, { env });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what a colour begins with
      expect(stdout + stderr).not.toMatch(/\u001b/);
    }
});
