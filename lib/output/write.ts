import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { OutputFile } from './render';

/**
 * Puts files into a folder so that a reader sees the old output or the new: they are written beside it first, and
 * then each top folder is swapped. A folder of an earlier output that is no longer made goes; what others put there
 * (a kustomization.yaml, say) stays.
 */
export function writeFiles(folder: string, files: readonly OutputFile[]): void {
  const target = resolve(folder);
  mkdirSync(dirname(target), { recursive: true });
  const beside = mkdtempSync(join(dirname(target), `.${basename(target)}.tmp-`));
  try {
    const fresh = join(beside, 'new');
    for (const name of new Set(files.map(({ path }) => dirname(path))))
      mkdirSync(join(fresh, name), { recursive: true });
    for (const { path, content } of files) writeFileSync(join(fresh, path), content);
    swap(fresh, target, join(beside, 'old'));
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

function swap(fresh: string, target: string, old: string): void {
  mkdirSync(target, { recursive: true });
  mkdirSync(old);
  const made = readdirSync(fresh);
  const stale = readdirSync(target).filter(
    (name) => !made.includes(name) && isEarlierOutput(join(target, name)),
  );
  for (const name of [...made, ...stale]) {
    if (existsSync(join(target, name))) renameSync(join(target, name), join(old, name));
  }
  for (const name of made) renameSync(join(fresh, name), join(target, name));
}

function isEarlierOutput(path: string): boolean {
  const entries = safeEntries(path);
  return entries.length > 0 && entries.every((name) => name.endsWith('.k8s.yaml'));
}

function safeEntries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    // a file, not a folder
    return [];
  }
}
