import { Command } from 'commander';
import { fieldErrors, refuse } from '../errors';
import type { Target } from '../kubectl';
import { CaDirectory } from './ca-directory';
import { certificatesIn } from './certificate';
import { type ClusterCheck, checkText } from './check-text';
import { istioNamespaceOption } from './options';
import { checkProxies } from './proxies';
import type { ExpectedTrust } from './proxy-trust';
import { commonStage } from './rotation-progress';
import { selfSignedRootOf } from './self-signed-root';
import { unreadableErrors } from './status';

interface CheckOptions {
  readonly kubeconfig?: string;
  readonly context?: readonly string[];
  readonly istioNamespace: string;
  readonly json?: boolean;
}

/** `eastwest ca check FOLDER` */
export function checkCommand(): Command {
  return new Command('check')
    .summary('Asks every proxy which roots it trusts and which certificate it presents.')
    .description(
      'Asks the Envoy of every proxy in every cluster which roots it trusts and which certificate it presents. The exit code is 0 where all agree with the folder, so that the next stage of a rotation is safe, and 1 otherwise.',
    )
    .argument('<folder>', 'the folder of `ca init`')
    .option('--kubeconfig <file>', "a kubeconfig with all contexts (default: kubectl's)")
    .option('--context <cluster=name...>', 'the kubectl context of a cluster (default: its name)')
    .addOption(istioNamespaceOption())
    .option('--json', 'print JSON for programs')
    .action(check);
}

function check(folder: string, options: CheckOptions): void {
  const directory = CaDirectory.existing(folder);
  refuse(unreadableErrors(directory));
  const targets = targetsOf(directory, options);
  const stage = commonStage(directory);
  const expected = expectedTrust(directory, stage);
  const selfSigned = targets.flatMap(({ cluster, target }) =>
    selfSignedRootOf(cluster, target, options.istioNamespace),
  );
  const checked = targets.map(({ cluster, target }) => checkProxies(cluster, target, expected, selfSigned));
  const trusted = new Set(checked.flatMap(({ trustedRoots }) => trustedRoots));
  const roots = selfSigned.map((root) => ({ ...root, isTrusted: trusted.has(root.fingerprint) }));
  const clusters = checked.map(({ cluster, proxies, mismatches }): ClusterCheck => {
    const root = roots.find((one) => one.cluster === cluster);
    const { fingerprint, isTrusted } = root ?? {};
    return { cluster, proxies, mismatches, ...(root && { selfSignedRoot: { fingerprint, isTrusted } }) };
  });
  const isDone = clusters.every(({ proxies, mismatches }) => proxies > 0 && mismatches.length === 0);
  if (!isDone) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify({ stage, isDone, clusters }, undefined, 2));
  else console.log(checkText({ folder: directory.folder, stage, isDone, clusters }, roots));
}

function expectedTrust(directory: CaDirectory, stage: 0 | 1 | 2): ExpectedTrust {
  const [old] = certificatesIn(directory.rootCertificate);
  const [fresh] = certificatesIn(directory.nextRoot?.certificate ?? '');
  if (!old) throw new Error('unreadableErrors has let a root pass that holds no certificate');
  return { roots: fresh ? [old, fresh] : [old], issuedBy: stage === 2 && fresh ? fresh : old };
}

function targetsOf(
  { clusters }: CaDirectory,
  { kubeconfig, context: given = [] }: CheckOptions,
): { readonly cluster: string; readonly target: Target }[] {
  const contexts = new Map(given.map((text) => contextOf(text, clusters)));
  return clusters.map((cluster) => {
    const contextOption = `--context ${cluster}=NAME`;
    return { cluster, target: { context: contexts.get(cluster) ?? cluster, contextOption, kubeconfig } };
  });
}

function contextOf(text: string, clusters: readonly string[]): [cluster: string, context: string] {
  const [cluster = '', ...rest] = text.split('=');
  const context = rest.join('=');
  if (clusters.includes(cluster) && context !== '') return [cluster, context];
  throw fieldErrors({
    path: '--context',
    expected: `be CLUSTER=NAME, where CLUSTER is one of ${clusters.join(', ')}`,
    actual: `'${text}'`,
    hint: 'give the name of a cluster in this folder and its kubectl context',
  });
}
