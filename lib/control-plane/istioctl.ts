import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import { type OutputFile, yamlFile } from '../output/render';
import { istioValues } from './istio-values';

/**
 * A file for `istioctl install -f` and `istioctl manifest generate -f`.
 * https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/
 */
export function istioctlFiles(fleet: Fleet, cluster: Cluster): OutputFile[] {
  const {
    profile = 'minimal',
    revision,
    compatibilityVersion,
    meshConfig,
    ...values
  } = istioValues(fleet, cluster);
  const install = {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: cluster.name, namespace: fleet.istioNamespace },
    spec: {
      profile,
      ...(compatibilityVersion ? { compatibilityVersion } : {}),
      ...(revision ? { revision } : {}),
      ...(meshConfig ? { meshConfig } : {}),
      values,
    },
  };
  return [yamlFile('istio.yaml', [install])];
}
