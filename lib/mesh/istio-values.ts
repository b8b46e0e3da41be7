import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import { meshNetworks } from './mesh-networks';

/** What istiod of one cluster must be told, in the words of Istio's charts, whatever installs them. */
export interface IstioValues {
  /** The chart's own set of defaults for clusters without an istiod. */
  readonly profile?: 'remote';
  readonly revision?: string;
  readonly meshConfig?: object;
  readonly global: object;
  readonly istiodRemote?: object;
}

/**
 * The gateway is not in it: the charts bring their own.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export function istioValues(fleet: Fleet, cluster: Cluster): IstioValues {
  const revision = fleet.revision ? { revision: fleet.revision } : {};
  const { name, network, primary } = cluster;
  const everywhere = {
    ...(fleet.istioNamespace === 'istio-system' ? {} : { istioNamespace: fleet.istioNamespace }),
    meshID: fleet.meshId,
    multiCluster: { clusterName: name },
    network,
  };
  if (primary) {
    return {
      profile: 'remote',
      ...revision,
      global: { ...everywhere, remotePilotAddress: primary.gatewayAddress },
      // by it the primary's istiod knows for whom it injects
      istiodRemote: { injectionPath: `/inject/cluster/${name}/net/${network}` },
    };
  }
  return {
    ...revision,
    meshConfig: {
      trustDomain: fleet.trustDomain,
      defaultConfig: {
        // where native sidecars are not in use, an application would dial before its proxy can answer
        holdApplicationUntilProxyStarts: true,
        // the names of remote pods are known to the mesh, not to Kubernetes' DNS
        proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' },
      },
    },
    global: {
      ...everywhere,
      ...(fleet.exposesIstiod(cluster) ? { externalIstiod: true } : {}),
      // only the networks that it deals with: in a large fleet every cluster would list all the others
      meshNetworks: meshNetworks(fleet.neighbours(cluster)),
    },
  };
}
