import * as k8s from '../kinds';
import { type OutputFile, yamlFile } from '../output/render';
import type { InstallPlan } from '../plan/install';
import { ISTIO_CHARTS, istioCharts } from './charts';

const NAMESPACE = 'flux-system';

/**
 * HelmReleases for Flux, and the repository that they take Istio's charts from.
 * https://fluxcd.io/flux/components/helm/helmreleases/
 */
export function fluxFiles(plan: InstallPlan): OutputFile[] {
  const charts = istioCharts(plan);
  const repository = k8s.HelmRepository.manifest({
    metadata: { name: 'istio', namespace: NAMESPACE },
    spec: { interval: '1h', url: ISTIO_CHARTS },
  });
  const releases = charts.map(({ release, chart, values }, index) =>
    k8s.HelmRelease.manifest({
      metadata: { name: release, namespace: NAMESPACE },
      spec: {
        interval: '10m',
        releaseName: release,
        targetNamespace: plan.istioNamespace,
        dependsOn: charts.slice(0, index).map((needed) => ({ name: needed.release })),
        chart: {
          spec: {
            chart,
            version: plan.version,
            sourceRef: { kind: k8s.FluxSourceKind.HELM_REPOSITORY, name: 'istio' },
          },
        },
        // istiod waits for the Secret cacerts; given up for good, the release would stay failed when the Secret comes (Flux 2.7)
        install: { strategy: { name: k8s.FluxStrategy.RETRY_ON_FAILURE } },
        values,
      },
    }),
  );
  return [yamlFile('flux.yaml', [repository, ...releases])];
}
