import { dump } from 'js-yaml';
import { type OutputFile, yamlFile } from '../output/render';
import type { InstallPlan } from '../plan/install';
import { ISTIO_CHARTS, istioCharts } from './charts';

/**
 * HelmCharts for the Helm controller of k3s and RKE2. It knows no order: its jobs are repeated until they succeed.
 * https://docs.k3s.io/add-ons/helm
 */
export function k3sFiles(plan: InstallPlan): OutputFile[] {
  const charts = istioCharts(plan).map(({ release, chart, values }) => ({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name: release, namespace: 'kube-system' },
    spec: {
      repo: ISTIO_CHARTS,
      chart,
      version: plan.version,
      targetNamespace: plan.istioNamespace,
      valuesContent: dump(values, { lineWidth: -1, noRefs: true }),
    },
  }));
  return [yamlFile('k3s.yaml', charts)];
}
