import type { Cacerts } from '../../cli/ca/cacerts';
import type { CaSource } from '../../lib/model/ca-source';
import type { LabCluster } from '../cluster';
import { CertificateAuthority } from '../control-plane/certificates';
import { applySecret, ensureNamespace } from '../kubernetes/apply';
import { signWithCertManager } from './cert-manager';

/** Gives each cluster an intermediate CA of one root, in the Secret that istiod reads: directly, or by cert-manager where the fleet says so. */
export async function shareRoot(
  clusters: readonly LabCluster[],
  istioNamespace: string,
  caOf: (cluster: LabCluster) => CaSource,
): Promise<CertificateAuthority> {
  const root = await CertificateAuthority.root('mesh root');
  await Promise.all(
    clusters.map((cluster) => {
      const { caSecretName } = caOf(cluster).certManagerProps ?? {};
      if (caSecretName) return signWithCertManager(cluster, istioNamespace, caSecretName, root);
      return installIntermediateCa(cluster, istioNamespace, root);
    }),
  );
  return root;
}

/** Writes an intermediate CA of a root to the Secret that a cluster's istiod reads as it starts. */
export async function installIntermediateCa(
  cluster: LabCluster,
  namespace: string,
  root: CertificateAuthority,
): Promise<void> {
  const intermediate = await root.intermediate(`${cluster.name} intermediate`);
  await applyCacerts(cluster, namespace, {
    'ca-cert.pem': intermediate.certificate,
    'ca-key.pem': intermediate.key,
    'root-cert.pem': root.certificate,
    'cert-chain.pem': `${intermediate.certificate}\n${root.certificate}\n`,
  });
}

/** Writes the files of an intermediate CA to the Secret that istiod reads as it starts. */
export async function applyCacerts(cluster: LabCluster, namespace: string, files: Cacerts): Promise<void> {
  await ensureNamespace(cluster.client, namespace);
  await applySecret(cluster.client, namespace, 'cacerts', files);
}
