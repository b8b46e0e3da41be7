import { dump } from 'js-yaml';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { type OutputFile, yamlFile } from '../output/render';
import { ISTIO_CHARTS, istioCharts } from './charts';

/**
 * HelmCharts for the Helm controller of k3s and RKE2. It knows no order: its jobs are repeated until they succeed.
 * https://docs.k3s.io/add-ons/helm
 */
export function k3sFiles(fleet: Fleet, cluster: Cluster): OutputFile[] {
  const { version } = fleet.controlPlaneOf(cluster);
  const charts = istioCharts(fleet, cluster).map(({ release, chart, values }) => ({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name: release, namespace: 'kube-system' },
    spec: {
      repo: ISTIO_CHARTS,
      chart,
      version,
      targetNamespace: fleet.istioNamespace,
      valuesContent: dump(values, { lineWidth: -1, noRefs: true }),
    },
  }));
  return [yamlFile('k3s.yaml', charts)];
}
