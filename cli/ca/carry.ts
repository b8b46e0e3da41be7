import { CACERTS_FILES } from './chain';

/** The command that makes or replaces a cluster's `cacerts`. */
export function applyCommand(folder: string, cluster: string, namespace: string): string {
  const files = CACERTS_FILES.map((file) => `--from-file=${folder}/${cluster}/${file}`);
  return [
    `kubectl create secret generic cacerts --namespace ${namespace} --dry-run=client --output yaml`,
    ...files,
    `| kubectl --context ${cluster} apply --server-side -f -`,
  ].join(' \\\n  ');
}
