import { setTimeout as sleep } from 'node:timers/promises';
import { dump } from 'js-yaml';
import { remoteSecretMetadata, remoteSecretName } from '../lib/mesh/remote-secret';
import { readerTokenName } from '../lib/mesh/remote-secret-token';
import { CliError, fieldErrors } from './errors';
import { kubectl, type Target } from './kubectl';

/** The credential for the API server of a cluster. */
export interface Credential {
  readonly cluster: string;
  readonly server: string;
  /** The CA certificate of the API server: PEM, base64-encoded as in a kubeconfig. */
  readonly caData: string;
  readonly token: string;
}

const ATTEMPTS = 20;
const PAUSE_MS = 250;

/** Reads the token from the Secret that dist requests. Kubernetes fills this Secret a moment after it is created. */
export async function readCredential(
  cluster: string,
  target: Target,
  namespace: string,
  server: string | undefined,
): Promise<Credential> {
  const name = readerTokenName();
  const get = ['get', 'secret', name, '-n', namespace, '--ignore-not-found', '-o', 'json'];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const output = kubectl(target, get);
    const data = output
      ? (JSON.parse(output) as { data?: { token?: string; 'ca.crt'?: string } }).data
      : undefined;
    if (data?.token && data['ca.crt']) {
      const token = Buffer.from(data.token, 'base64').toString('utf8');
      return { cluster, server: server ?? serverOf(cluster, target), caData: data['ca.crt'], token };
    }
    await sleep(PAUSE_MS);
  }
  throw new CliError(
    `${cluster}: the Secret ${namespace}/${name} must hold a token, got none; install Istio there, apply dist/${cluster}, and run this command again`,
  );
}

function serverOf(cluster: string, target: Target): string {
  const view = ['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'];
  const server = kubectl(target, view);
  if (!/\/\/(localhost|127\.|0\.0\.0\.0|\[::1\])/.test(server)) return server;
  throw fieldErrors({
    path: '--server',
    expected: `be given for ${cluster}`,
    actual: `none, and the kubeconfig has ${server}`,
    hint: 'give the URL at which other clusters reach this API server: they cannot reach this address',
  });
}

/** The Secret with which an istiod reads another cluster. It is a credential for the istiod of one cluster alone. */
export function remoteSecret({ cluster, server, caData, token }: Credential, namespace: string): object {
  const kubeconfig = dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': caData } }],
    users: [{ name: cluster, user: { token } }],
    contexts: [{ name: cluster, context: { cluster, user: cluster } }],
    'current-context': cluster,
  });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: remoteSecretName(cluster), namespace, ...remoteSecretMetadata(cluster) },
    stringData: { [cluster]: kubeconfig },
  };
}
