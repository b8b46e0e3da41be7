import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a kubectl to a folder that answers by its arguments, so that every failure can be provoked. Real clusters answer in the
 * lab.
 * @param answers shell commands by patterns of `case`; the first that matches the arguments is run
 */
export function fakeKubectl(folder: string, answers: { readonly [pattern: string]: string }): void {
  const file = join(folder, 'kubectl');
  const cases = Object.entries(answers).map(([pattern, command]) => `${pattern}) ${command} ;;`);
  writeFileSync(file, ['#!/bin/sh', 'case "$*" in', ...cases, 'esac', ''].join('\n'));
  chmodSync(file, 0o755);
}
