import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import { meshNetworks } from './mesh-networks';

/**
 * What istiod of one cluster must be told, as a file for `istioctl install -f` and `istioctl manifest generate -f`.
 * The gateway is not in it: the charts bring their own.
 * https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/
 */
export function istioInstall(fleet: Fleet, cluster: Cluster): object {
  return {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: cluster.name, namespace: fleet.istioNamespace },
    spec: {
      profile: 'minimal',
      ...(fleet.revision ? { revision: fleet.revision } : {}),
      meshConfig: {
        trustDomain: fleet.trustDomain,
        defaultConfig: {
          // where native sidecars are not in use, an application would dial before its proxy can answer
          holdApplicationUntilProxyStarts: true,
          // the names of remote pods are known to the mesh, not to Kubernetes' DNS
          proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' },
        },
      },
      values: {
        global: {
          ...(fleet.istioNamespace === 'istio-system' ? {} : { istioNamespace: fleet.istioNamespace }),
          meshID: fleet.meshId,
          multiCluster: { clusterName: cluster.name },
          network: cluster.network,
          // only the networks that it deals with: in a large fleet every cluster would list all the others
          meshNetworks: meshNetworks(fleet.neighbours(cluster)),
        },
      },
    },
  };
}
