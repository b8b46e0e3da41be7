import { setTimeout as sleep } from 'node:timers/promises';
import { dump } from 'js-yaml';
import { remoteSecretMetadata, remoteSecretName } from '../lib/mesh/remote-secret';
import { readerTokenName } from '../lib/mesh/remote-secret-token';
import { CliError } from './errors';
import { kubectl, type Target } from './kubectl';

/** The credential with which one cluster is read. */
export interface Credential {
  readonly cluster: string;
  readonly server: string;
  /** PEM, base64-encoded as Kubernetes has it. */
  readonly authority: string;
  readonly token: string;
}

/** Reads the token that Kubernetes has put where dist asked for it, and waits a moment for it. */
export async function readCredential(
  cluster: string,
  target: Target,
  namespace: string,
  server: string | undefined,
): Promise<Credential> {
  const name = readerTokenName();
  for (let tries = 0; tries < 20; tries++) {
    const text = kubectl(target, [
      'get',
      'secret',
      name,
      '-n',
      namespace,
      '--ignore-not-found',
      '-o',
      'json',
    ]);
    const data = text
      ? (JSON.parse(text) as { data?: { token?: string; 'ca.crt'?: string } }).data
      : undefined;
    if (data?.token && data['ca.crt']) {
      const token = Buffer.from(data.token, 'base64').toString('utf8');
      return { cluster, server: server ?? serverOf(target), authority: data['ca.crt'], token };
    }
    await sleep(250);
  }
  throw new CliError(
    `${cluster} has no token in Secret ${namespace}/${name}; install Istio there, apply dist/${cluster}, and run this again`,
  );
}

function serverOf(target: Target): string {
  const server = kubectl(target, [
    'config',
    'view',
    '--minify',
    '-o',
    'jsonpath={.clusters[0].cluster.server}',
  ]);
  if (/\/\/(localhost|127\.|0\.0\.0\.0|\[::1\])/.test(server)) {
    throw new CliError(
      `${target.context} is reached at ${server} from here, which leads nowhere from another cluster; give --server`,
    );
  }
  return server;
}

/** The Secret by which a cluster's istiod reads another: a credential, to be given to that cluster and to nobody else. */
export function remoteSecret({ cluster, server, authority, token }: Credential, namespace: string): object {
  const kubeconfig = dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': authority } }],
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
