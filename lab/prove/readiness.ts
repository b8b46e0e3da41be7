import type { Fleet } from '../../lib/model/fleet';
import type { Lab } from '../lab';
import type { Place } from './probe';

/** Waits for gateways, offered pods, and the first pod of each database member. */
export async function waitForFleet(lab: Lab, fleet: Fleet): Promise<void> {
  const groups = fleet.offers.filter(({ hosts }) => !hosts[0]?.pod);
  const offered = fleet.offers.flatMap(({ from, namespace, hosts }) =>
    hosts.flatMap(({ pod }) => (pod ? { cluster: from.name, namespace, pod } : [])),
  );
  const members = fleet.databases.flatMap(({ pods, members: all, source }) =>
    all.flatMap(({ at }) =>
      // a source's pods hold its rows together; of a replica the first one follows
      (at === source ? pods : pods.slice(0, 1)).map(
        (pod): Place => ({ cluster: at.cluster.name, namespace: at.name, pod }),
      ),
    ),
  );
  await Promise.all([
    // a remote cluster that offers nothing through a gateway has neither istiod nor gateway
    ...fleet.clusters
      .filter((cluster) => !cluster.primary || fleet.offersThroughGateway(cluster).length > 0)
      .map(({ name }) => lab.cluster(name).waitReady(fleet.istioNamespace)),
    ...groups.map(({ from, namespace }) => lab.cluster(from.name).waitReady(namespace)),
    ...[...offered, ...members].map(({ cluster, namespace, pod }) =>
      lab.cluster(cluster).waitPodReady(namespace, pod, 120_000),
    ),
  ]);
}
