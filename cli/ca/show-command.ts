import { Command } from 'commander';
import { EASTWEST } from '../../lib/well-known/command';
import { shellWord } from '../shell';
import { CaDirectory } from './ca-directory';
import { directoryErrors, showText, statusOf } from './status';

/** `eastwest ca show FOLDER` */
export function showCommand(): Command {
  return new Command('show')
    .description(
      'Lists every CA of the folder and what is wrong with it. The exit code is 1 where something is wrong.',
    )
    .argument('<folder>', 'the folder of `ca init`')
    .option('--json', 'print JSON for programs')
    .action(show);
}

function show(folder: string, { json }: { readonly json?: boolean }): void {
  const directory = CaDirectory.existing(folder);
  const errors = directoryErrors(directory);
  const status = statusOf(directory);
  if (errors.length > 0) process.exitCode = 1;
  if (json) {
    console.log(JSON.stringify({ authorities: status, errors }, undefined, 2));
    return;
  }
  console.log(showText(status, errors));
  if (directory.nextRoot)
    console.log(`\nA rotation is in progress. Its stage: ${EASTWEST} ca check ${shellWord(folder)}`);
}
