import { Command } from 'commander';
import { dump } from 'js-yaml';
import { CliError } from './errors';
import { kubectl } from './kubectl';
import { readCredential, remoteSecret } from './remote-secret';

interface Options {
  readonly apply?: boolean;
  readonly print?: boolean;
  readonly server?: string;
  readonly namespace: string;
  readonly kubeconfig?: string;
  readonly fromContext?: string;
  readonly toContext?: string;
}

/** `eastwest remote-secret FROM TO --apply|--print` */
export function remoteSecretCommand(): Command {
  return new Command('remote-secret')
    .description('Lets the istiod of one cluster read the Services of another.')
    .argument('<from>', 'the cluster that is read, by its name in the fleet')
    .argument('<to>', 'the cluster whose istiod reads it')
    .option('--apply', 'put the Secret into the reading cluster')
    .option('--print', 'print the Secret instead: it is a credential')
    .option(
      '--server <url>',
      'where the reading cluster reaches the API server (default: as kubectl does from here)',
    )
    .option('--namespace <name>', 'the namespace of istiod', 'istio-system')
    .option('--kubeconfig <file>', 'the kubeconfig with both contexts (default: as kubectl does)')
    .option('--from-context <name>', 'the context of the cluster that is read (default: its name)')
    .option('--to-context <name>', 'the context of the reading cluster (default: its name)')
    .action(run);
}

async function run(from: string, to: string, options: Options): Promise<void> {
  const { apply, print, server, namespace, kubeconfig } = options;
  if (Boolean(apply) === Boolean(print)) throw new CliError('say either --apply or --print');
  if (from === to) throw new CliError(`${from} need not be told how to read itself; name two clusters`);
  if (server !== undefined && !/^https:\/\/\S+$/.test(server))
    throw new CliError(`--server must be an https URL, got '${server}'`);
  const credential = await readCredential(
    from,
    { context: options.fromContext ?? from, kubeconfig },
    namespace,
    server,
  );
  const secret = dump(remoteSecret(credential, namespace));
  if (print) {
    process.stdout.write(secret);
    return;
  }
  const target = { context: options.toContext ?? to, kubeconfig };
  kubectl(target, ['apply', '--server-side', '--field-manager=eastwest', '-f', '-'], secret);
  console.log(`${to} reads ${from} at ${credential.server}`);
}
