import { rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

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

/** @param given default: CDK8S_OUTDIR, which the CLI sets, or dist */
export function outputFolder(given: string = process.env.CDK8S_OUTDIR ?? 'dist'): OutputFolder {
  if (basename(given) !== LINK) return { folder: given };
  return { folder: join(dirname(given), LINK.slice(1)), link: given };
}

/** Points the CLI's link at the folder. */
export function linkOutput({ folder, link }: OutputFolder): void {
  if (link === undefined) return;
  rmSync(link, { recursive: true, force: true });
  // a junction needs no privilege on Windows, and is a plain link elsewhere
  symlinkSync(basename(folder), link, 'junction');
}
