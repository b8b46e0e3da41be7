import { Command } from 'commander';
import { dump } from 'js-yaml';
import { dnsLabel } from '../lib/rules/rules';
import { requireClusterName } from './cluster-name';
import { fieldErrors } from './errors';
import { kubectl } from './kubectl';
import { checkedBy } from './option-values';
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
    .description(
      'Makes the Secret with which the istiod of cluster <to> reads Services and endpoints from the API server of cluster <from>. It does what `istioctl create-remote-secret` does.',
    )
    .argument('<from>', 'the cluster whose API server is read, by its name in the fleet')
    .argument('<to>', 'the cluster whose istiod reads it')
    .option('--apply', 'apply the Secret to <to>')
    .option('--print', 'print the Secret instead; it holds a credential')
    .option('--server <url>', "the API server of <from> as <to> reaches it (default: the kubeconfig's)")
    .option(
      '--namespace <name>',
      'the namespace of istiod',
      checkedBy('--namespace', dnsLabel()),
      'istio-system',
    )
    .option('--kubeconfig <file>', "a kubeconfig with both contexts (default: kubectl's)")
    .option('--from-context <name>', 'the kubectl context of <from> (default: its name)')
    .option('--to-context <name>', 'the kubectl context of <to> (default: its name)')
    .action(run);
}

async function run(from: string, to: string, options: Options): Promise<void> {
  requireInput(from, to, options);
  const { print, server, namespace, kubeconfig, fromContext, toContext } = options;
  const source = { context: fromContext ?? from, contextOption: '--from-context', kubeconfig };
  const credential = await readCredential(from, source, namespace, server);
  const secret = dump(remoteSecret(credential, namespace));
  if (print) {
    process.stdout.write(secret);
    return;
  }
  const target = { context: toContext ?? to, contextOption: '--to-context', kubeconfig };
  kubectl(target, ['apply', '--server-side', '--field-manager=eastwest', '-f', '-'], secret);
  console.log(`Applied: the istiod of ${to} reads ${from} at ${credential.server}`);
}

function requireInput(from: string, to: string, { apply, print, server }: Options): void {
  requireClusterName('<from>', from);
  requireClusterName('<to>', to);
  if (from === to)
    throw fieldErrors({
      path: '<to>',
      expected: 'be another cluster than <from>',
      actual: `'${to}' for both`,
      hint: 'name two clusters: an istiod reads its own cluster without a remote secret',
    });
  if (Boolean(apply) === Boolean(print))
    throw fieldErrors({
      path: '--apply, --print',
      expected: 'be given one at a time',
      actual: apply ? 'both' : 'neither',
      hint: 'give --apply to apply the Secret, or --print to print it',
    });
  if (server !== undefined && !/^https:\/\/[^\s/]+/.test(server))
    throw fieldErrors({
      path: '--server',
      expected: 'be an https URL',
      actual: `'${server}'`,
      hint: 'give one such as https://203.0.113.1:6443',
    });
}
