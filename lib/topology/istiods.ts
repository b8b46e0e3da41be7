import type { Cluster } from '../model/cluster';
import type { ControlPlane } from '../model/control-plane';

/** What of a fleet decides on its istiods. */
interface ClustersOfMesh {
  readonly clusters: readonly Cluster[];
  readonly discovery: boolean;
  readonly controlPlane: ControlPlane;
}

/** Which istiod configures and reads which cluster. */
export interface Istiods {
  /** The clusters whose proxies a cluster's istiod configures, itself among them. A remote cluster has none. */
  dataPlaneClustersOf(cluster: Cluster): readonly Cluster[];
  /** The other clusters whose API servers a cluster's istiod reads. A remote cluster has none. */
  remoteClustersOf(cluster: Cluster): readonly Cluster[];
  /** Whether the istiod of another cluster reads a cluster's API server, and so needs a remote secret for it. */
  hasRemoteSecret(cluster: Cluster): boolean;
  /** Whether the proxies of other clusters get their configuration from a cluster's istiod. */
  isExposed(cluster: Cluster): boolean;
  /** How Istio is installed in a cluster. */
  controlPlaneOf(cluster: Cluster): ControlPlane;
}

/** https://istio.io/latest/docs/ops/deployment/deployment-models/#control-plane-models */
export function istiods({ clusters, discovery, controlPlane }: ClustersOfMesh): Istiods {
  const configured = new Map<Cluster, Cluster[]>();
  for (const cluster of clusters) {
    const known = configured.get(cluster.primaryCluster);
    if (known) known.push(cluster);
    else configured.set(cluster.primaryCluster, [cluster]);
  }
  const primaries = clusters.filter(({ primary }) => !primary);
  const dataPlaneClustersOf = (cluster: Cluster) => configured.get(cluster) ?? [];
  return {
    dataPlaneClustersOf,
    remoteClustersOf: (cluster) => {
      if (cluster.primary) return [];
      const read = discovery ? clusters : dataPlaneClustersOf(cluster);
      return read.filter((other) => other !== cluster);
    },
    hasRemoteSecret: (cluster) =>
      discovery ? primaries.some((reader) => reader !== cluster) : cluster.primary !== undefined,
    isExposed: (cluster) => dataPlaneClustersOf(cluster).some((other) => other !== cluster),
    controlPlaneOf: (cluster) => cluster.controlPlane ?? controlPlane,
  };
}
