import type { Cluster } from '../../lib/model/cluster';
import type { PodRef } from '../kubernetes/pod-ref';
import type { RunningFleet } from './context';

/** The pods of a cluster's east-west gateway. */
export function gatewayPods({ lab, fleet }: Pick<RunningFleet, 'lab' | 'fleet'>, cluster: Cluster): PodRef[] {
  return lab
    .cluster(cluster.name)
    .pods.all.filter(
      ({ pod }) =>
        pod.metadata.namespace === fleet.istioNamespace && pod.metadata.labels?.istio === 'eastwestgateway',
    )
    .map(({ pod }) => ({ cluster: cluster.name, namespace: fleet.istioNamespace, pod: pod.metadata.name }));
}
