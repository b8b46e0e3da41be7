import { Command } from 'commander';
import { checkCommand } from './check-command';
import { initCommand } from './init-command';
import { issueCommand } from './issue-command';
import { rotateCommand } from './rotate-command';
import { showCommand } from './show-command';

/** `eastwest ca init|issue|rotate|check|show` */
export function caCommand(): Command {
  return new Command('ca')
    .description('Makes a root CA and an intermediate CA for each cluster, checks them and rotates the root.')
    .addCommand(initCommand())
    .addCommand(issueCommand())
    .addCommand(rotateCommand())
    .addCommand(checkCommand())
    .addCommand(showCommand());
}
