import { spawnSync } from 'node:child_process';
import { CliError } from './errors';

/** The cluster that kubectl calls. */
export interface Target {
  readonly context: string;
  /** The option by which the user gives the context: an error about the context names it. */
  readonly contextOption: string;
  /** @default - kubectl's own choice */
  readonly kubeconfig?: string;
}

/** Runs kubectl against a cluster and returns its output. It throws the error that kubectl prints. */
export function kubectl(
  { context, contextOption, kubeconfig }: Target,
  args: readonly string[],
  input = '',
): string {
  const cluster = [...(kubeconfig ? ['--kubeconfig', kubeconfig] : []), '--context', context];
  const { error, status, stdout, stderr } = spawnSync('kubectl', [...cluster, ...args], {
    encoding: 'utf8',
    input,
  });
  if (error) throw new CliError(`cannot run kubectl: ${error.message}; install it, or add it to the PATH`);
  if (status === 0) return stdout;
  const hint = /context "?.*"? does not exist/.test(stderr)
    ? `; give the context of this cluster with ${contextOption}`
    : '';
  throw new CliError(`kubectl --context ${context} ${args.join(' ')}: ${stderr.trim()}${hint}`);
}
