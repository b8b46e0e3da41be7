import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCluster } from '../cluster';
import type { CertificateAuthority } from '../control-plane/certificates';
import { LabError } from '../errors';
import { applySecret } from '../kubernetes/apply';
import type { Secret } from '../kubernetes/objects';
import { inside } from '../network/namespaces';
import { program } from '../programs/cache';
import { CERT_MANAGER_PROGRAM } from '../programs/versions';
import { retry } from '../retry';
import { start } from '../shell';

/** Gives a cluster's Issuer an intermediate CA, runs cert-manager, and waits until it has signed istiod's certificate. */
export async function signWithCertManager(
  cluster: LabCluster,
  namespace: string,
  caSecretName: string,
  root: CertificateAuthority,
): Promise<void> {
  const issuing = await root.intermediate(`${cluster.name} issuing`, 1);
  await applySecret(cluster.client, namespace, caSecretName, {
    'tls.crt': `${issuing.certificate}\n${root.certificate}\n`,
    'tls.key': issuing.key,
  });
  const folder = join(cluster.folder, 'logs');
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, 'cert-manager.log'), 'a');
  const argv = [program(CERT_MANAGER_PROGRAM), '--kubeconfig', cluster.controlPlane.kubeconfigFile];
  start([...inside(cluster.node), ...argv], { stdio: ['ignore', log, log] });
  const { ok } = await retry(() => isSigned(cluster, namespace), {
    until: (signed) => signed,
    timeoutMs: 60_000,
  });
  if (!ok) {
    throw new LabError(
      `${cluster.name}: cert-manager has not made cacerts after 60 s; see ${folder}/cert-manager.log`,
    );
  }
}

async function isSigned({ client }: LabCluster, namespace: string): Promise<boolean> {
  const secret = await client.find<Secret>(`/api/v1/namespaces/${namespace}/secrets/cacerts`);
  return ['tls.crt', 'tls.key', 'ca.crt'].every((key) => secret?.data?.[key]);
}
