import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import { istioValues } from './istio-values';

/**
 * How Istio gets into a cluster, as a file for `istioctl install -f` and `istioctl manifest generate -f`.
 * https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/
 */
export function istioInstall(fleet: Fleet, cluster: Cluster): object {
  const { profile = 'minimal', revision, meshConfig, ...values } = istioValues(fleet, cluster);
  return {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: cluster.name, namespace: fleet.istioNamespace },
    spec: { profile, ...(revision ? { revision } : {}), ...(meshConfig ? { meshConfig } : {}), values },
  };
}
