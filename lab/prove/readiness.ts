import type { Fleet } from '../../lib/fleet/fleet';
import type { Lab } from '../lab';
import { placeOf } from './offers';
import type { Place } from './probe';

/** Waits for gateways, offered pods, and the first pod of each database member. */
export async function waitForFleet(lab: Lab, fleet: Fleet): Promise<void> {
  const offered = fleet.offers.flatMap((offer) => offer.hosts.map((pod) => placeOf(offer, pod)));
  const members = fleet.databases.flatMap(({ name, members: all }) =>
    all.map(({ at }): Place => ({ cluster: at.cluster.name, namespace: at.name, pod: `${name}-pxc-0` })),
  );
  await Promise.all([
    ...lab.clusters.map((cluster) => cluster.waitReady(fleet.istioNamespace)),
    ...[...offered, ...members].map(({ cluster, namespace, pod }) =>
      lab.cluster(cluster).waitPodReady(namespace, pod, 90_000),
    ),
  ]);
}
