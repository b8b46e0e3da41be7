import type { Cluster } from '../model/cluster';
import type { RemoteAccessPlan } from './cluster-plan';
import { item } from './item';
import type { Mesh } from './mesh';
import { validated } from './validated';

/** The token by which other istiods read a cluster, and the remote secrets by which its istiod reads others. */
export function planRemoteAccess(mesh: Mesh, cluster: Cluster): RemoteAccessPlan {
  const namespace = mesh.fleet.istioNamespace;
  return {
    tokens: mesh.hasRemoteSecret(cluster) ? [item('reader', { namespace })] : [],
    secrets: mesh.remoteClustersOf(cluster).map(({ name, apiServer, remoteSecret }) =>
      item(`of-${name}`, {
        clusterName: name,
        apiServer: validated(apiServer, `apiServer for ${name}`),
        ...{ readerName: cluster.name, source: remoteSecret, namespace },
      }),
    ),
  };
}
