import { spawnSync } from 'node:child_process';
import { CliError } from './errors';

/** How kubectl is pointed at a cluster. */
export interface Target {
  readonly context: string;
  /** @default - kubectl's own choice */
  readonly kubeconfig?: string;
}

/** Runs kubectl against a cluster and gives what it prints; what it complains of is the error. */
export function kubectl({ context, kubeconfig }: Target, args: readonly string[], input?: string): string {
  const where = [...(kubeconfig ? ['--kubeconfig', kubeconfig] : []), '--context', context];
  const { error, status, stdout, stderr } = spawnSync('kubectl', [...where, ...args], {
    encoding: 'utf8',
    input: input ?? '',
  });
  if (error) throw new CliError(`cannot run kubectl: ${error.message}; install it or put it on the PATH`);
  if (status !== 0) throw new CliError(`kubectl --context ${context} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}
