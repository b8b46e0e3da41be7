import type { Cluster } from '../model/cluster';
import type { RemoteAccessPlan } from './cluster-plan';
import { item } from './item';
import type { Mesh } from './mesh';

/** The token by which other istiods read a cluster, and the remote secrets by which its istiod reads others. */
export function planRemoteAccess(mesh: Mesh, cluster: Cluster): RemoteAccessPlan {
  const namespace = mesh.fleet.istioNamespace;
  return {
    tokens: mesh.hasRemoteSecret(cluster) ? [item('reader', { namespace })] : [],
    secrets: mesh.remoteClustersOf(cluster).flatMap(({ name, apiServer, remoteSecret }) => {
      // validate refuses a cluster that is read and gives no URL
      if (apiServer === undefined) return [];
      const reader = { readerName: cluster.name, source: remoteSecret };
      return [item(`of-${name}`, { clusterName: name, apiServer, ...reader, namespace })];
    }),
  };
}
