import { podsOf } from '../../lib/database/members';
import type { Fleet } from '../../lib/model/fleet';
import { plan } from '../../lib/plan/plan';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';

/** Waits for the gateways, the offered pods, the pods of each source, and the first pod of each replica. */
export async function waitForFleet(lab: Lab, fleet: Fleet): Promise<void> {
  const ofFleet = plan(fleet);
  const { offers } = ofFleet;
  const groups = offers.filter(({ hosts }) => !hosts[0]?.pod);
  const offered = offers.flatMap(({ offer: { from, namespace }, hosts }) =>
    hosts.flatMap(({ pod }) => (pod ? { cluster: from.name, namespace, pod } : [])),
  );
  const members = fleet.databases.flatMap((database) => {
    const { members: all, source } = database;
    const pods = podsOf(database);
    return all.flatMap(({ at }) =>
      // a source's pods hold its rows together; of a replica the first one follows
      (at === source ? pods : pods.slice(0, 1)).map(
        (pod): PodRef => ({ cluster: at.cluster.name, namespace: at.name, pod }),
      ),
    );
  });
  await Promise.all([
    // a remote cluster that offers nothing through a gateway has neither istiod nor gateway
    ...[...ofFleet.clusters]
      .filter(({ cluster, gateway }) => !cluster.primary || gateway.gateways.length > 0)
      .map(({ name }) => lab.cluster(name).pods.waitReady(fleet.istioNamespace)),
    ...groups.map(({ offer: { from, namespace } }) => lab.cluster(from.name).pods.waitReady(namespace)),
    ...[...offered, ...members].map(({ cluster, namespace, pod }) =>
      lab.cluster(cluster).pods.waitPodReady(namespace, pod, 120_000),
    ),
  ]);
}
