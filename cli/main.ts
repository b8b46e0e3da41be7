import { Command } from 'commander';
import { caCommand } from './ca/ca-command';
import { errorText } from './errors';
import { remoteSecretCommand } from './remote-secret-command';
import { packageVersion } from './version';

const program = new Command('eastwest')
  .description(
    'Makes what a fleet of Istio clusters needs beside its YAML: CA certificates and remote secrets.',
  )
  .version(packageVersion(), '-V, --version', 'print the version of this package')
  .option('--verbose', 'print the stack trace of an unexpected error (also: DEBUG=1)')
  .addCommand(remoteSecretCommand())
  .addCommand(caCommand());
configure(program);

// A reader such as `head` closes the pipe when it has read enough. The command completes its work nevertheless.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

program.parseAsync().catch((error: unknown) => {
  const { verbose } = program.opts<{ verbose?: boolean }>();
  console.error(errorText(error, verbose === true || Boolean(process.env.DEBUG)));
  process.exitCode = 1;
});

/** Commander does not hand these settings down to commands that are added ready-made. */
function configure(command: Command): void {
  command.configureHelp({ showGlobalOptions: true }).showHelpAfterError('(--help explains the usage)');
  for (const one of command.commands) configure(one);
}
