import { dump } from 'js-yaml';

/** A kubeconfig for one cluster and one token, as kubectl and Istio's remote secrets want it. */
export function kubeconfig(cluster: string, server: string, authority: string, token: string): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster,
        cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') },
      },
    ],
    users: [{ name: cluster, user: { token } }],
    contexts: [{ name: cluster, context: { cluster, user: cluster } }],
    'current-context': cluster,
  });
}
