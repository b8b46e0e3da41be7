import { existsSync, lstatSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type FieldError, InvalidInputError, show } from '../rules/field-error';

/**
 * The cdk8s CLI deletes its output folder before it runs the app, so that a synth that fails would leave nothing.
 * A project whose cdk8s.yaml says `output: .dist` keeps the last good one: the CLI then deletes no more than a link,
 * and the app writes `dist` and makes the link again for the CLI to look through.
 */
const LINK = '.dist';

/** Where output goes, and the link to it, if the CLI asks for one. */
export interface OutputFolder {
  readonly folder: string;
  readonly link?: string;
}

/**
 * Throws an InvalidInputError where no folder can be.
 * @param outdir default: CDK8S_OUTDIR, which the CLI sets, or dist
 */
export function outputFolder(outdir?: string): OutputFolder {
  const { CDK8S_OUTDIR } = process.env;
  const isFromCli = outdir === undefined && CDK8S_OUTDIR !== undefined;
  const name = isFromCli ? 'CDK8S_OUTDIR' : 'outdir';
  const given: unknown = isFromCli ? CDK8S_OUTDIR : outdir === undefined ? 'dist' : outdir;
  if (typeof given !== 'string' || given === '' || given.includes('\0')) {
    throw new InvalidInputError([{ path: name, expected: MUST, actual: show(given), hint: ADVICE }]);
  }
  const output = followLink(given);
  InvalidInputError.throwIfAny([...folderErrors(name, output.folder), ...linkErrors(name, output)]);
  return output;
}

const MUST = 'be the path of a folder, which is made if it does not exist';
const ADVICE = "give one such as 'dist', or leave it out";

function followLink(given: string): OutputFolder {
  if (basename(given) !== LINK) return { folder: given };
  return { folder: join(dirname(given), LINK.slice(1)), link: given };
}

function folderErrors(name: string, folder: string): FieldError[] {
  const there = firstThere(resolve(folder));
  if (existsSync(there) && statSync(there).isDirectory()) return [];
  const what = existsSync(there) ? 'a file' : 'a symbolic link that leads nowhere';
  return [
    { path: name, expected: MUST, actual: `${show(folder)}, where ${show(there)} is ${what}`, hint: ADVICE },
  ];
}

/** A path, or the next one above it at which there is something. */
function firstThere(path: string): string {
  try {
    lstatSync(path);
    return path;
  } catch {
    return dirname(path) === path ? path : firstThere(dirname(path));
  }
}

/** A folder of the user's is not deleted for the link. */
function linkErrors(name: string, { folder, link }: OutputFolder): FieldError[] {
  if (link === undefined || !lstatSync(link, { throwIfNoEntry: false })) return [];
  if (lstatSync(link).isSymbolicLink()) return [];
  return [
    {
      path: name,
      expected: `be a symbolic link to ${basename(folder)}, or not exist`,
      actual: `${show(link)}, which is no link`,
      hint: 'move it away, or choose another outdir',
    },
  ];
}

/** Points the CLI's link at the folder. */
export function linkOutput({ folder, link }: OutputFolder): void {
  if (link === undefined) return;
  rmSync(link, { force: true });
  // a junction needs no privilege on Windows, and is a plain link elsewhere
  symlinkSync(basename(folder), link, 'junction');
}
