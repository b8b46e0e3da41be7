import type { Cacerts } from '../../cli/ca/chain';
import type { LabCluster } from '../cluster';
import { Authority } from '../control-plane/certificates';

/** Gives each cluster an intermediate of one root, in the secret that istiod looks for. */
export async function shareRoot(
  clusters: readonly LabCluster[],
  istioNamespace = 'istio-system',
): Promise<Authority> {
  const root = await Authority.root('mesh root');
  await Promise.all(clusters.map((cluster) => installAuthority(cluster, istioNamespace, root)));
  return root;
}

/** Puts an intermediate of a root where a cluster's istiod looks for it as it starts. */
export async function installAuthority(
  cluster: LabCluster,
  namespace: string,
  root: Authority,
): Promise<void> {
  const intermediate = await root.intermediate(`${cluster.name} intermediate`);
  await applyCacerts(cluster, namespace, {
    'ca-cert.pem': intermediate.certificate,
    'ca-key.pem': intermediate.key,
    'root-cert.pem': root.certificate,
    'cert-chain.pem': `${intermediate.certificate}\n${root.certificate}\n`,
  });
}

/** Puts an authority's files where istiod looks for them as it starts. */
export async function applyCacerts(cluster: LabCluster, namespace: string, files: Cacerts): Promise<void> {
  await cluster.ensureNamespace(namespace);
  await cluster.applySecret(namespace, 'cacerts', files);
}
