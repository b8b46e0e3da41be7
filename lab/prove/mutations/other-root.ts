import type { Cluster } from '../../../lib/model/cluster';
import { CertificateAuthority } from '../../control-plane/certificates';
import { applySecret } from '../../kubernetes/apply';
import type { Secret } from '../../kubernetes/objects';
import { restartIstiod } from '../../mesh/istio';
import { installIntermediateCa } from '../../mesh/trust';
import type { RunningFleet } from '../context';
import type { Mutation } from '../mutation';

/** A cluster's istiod signs with an intermediate CA of another root. The revert gives it the files that it had. */
export async function otherRoot({ lab, fleet }: RunningFleet, { name }: Cluster): Promise<Mutation> {
  const { istioNamespace: namespace } = fleet;
  const cluster = lab.cluster(name);
  const { data = {} } = await cluster.client.get<Secret>(`/api/v1/namespaces/${namespace}/secrets/cacerts`);
  const original = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
  return {
    name: 'another root',
    objects: [{ cluster: name, kind: 'Secret', namespace, name: 'cacerts' }],
    apply: async () => {
      await installIntermediateCa(cluster, namespace, await CertificateAuthority.root('another root'));
      await restartIstiod(cluster, fleet);
    },
    revert: async () => {
      await applySecret(cluster.client, namespace, 'cacerts', original);
      await restartIstiod(cluster, fleet);
    },
  };
}
