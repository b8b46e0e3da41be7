import { Command } from 'commander';
import { caCommand } from './ca/commands';
import { CliError } from './errors';
import { remoteSecretCommand } from './remote-secret-command';

const program = new Command('eastwest')
  .description('What a fleet of Istio clusters needs beside its YAML.')
  .addCommand(remoteSecretCommand())
  .addCommand(caCommand());

program.parseAsync().catch((error: unknown) => {
  // An expected failure says what to do; anything else is a fault of ours, whose trace helps to mend it.
  console.error(error instanceof CliError ? error.message : error);
  process.exit(1);
});
