import * as k8s from '../kinds';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { type OutputFile, yamlFile } from '../output/render';
import { ISTIO_CHARTS, istioCharts } from './charts';

const NAMESPACE = 'flux-system';

/**
 * HelmReleases for Flux, and the repository that they take Istio's charts from.
 * https://fluxcd.io/flux/components/helm/helmreleases/
 */
export function fluxFiles(fleet: Fleet, cluster: Cluster): OutputFile[] {
  const { version } = fleet.controlPlaneOf(cluster);
  const charts = istioCharts(fleet, cluster);
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
        targetNamespace: fleet.istioNamespace,
        dependsOn: charts.slice(0, index).map((needed) => ({ name: needed.release })),
        chart: {
          spec: {
            chart,
            version,
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
