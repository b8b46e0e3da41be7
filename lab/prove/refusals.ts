import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '../../lib/model/fleet';
import type { OfferedHost } from '../../lib/model/offer-kinds';
import { Protocol } from '../../lib/model/protocol';
import type { Lab } from '../lab';
import { gatewayPods } from './gateway-probes';
import { type ProvenOffer, podsBehind } from './offers';
import type { Place } from './probe';

/**
 * Tells whether the other side refused, and not a proxy or name server on the way: HTTP says so, and MySQL has greeted before it
 * is cut off. Where the port is any byte stream, the pods' proxies must have logged it.
 */
export function refusalOf(
  lab: Lab,
  fleet: Fleet,
  proven: ProvenOffer,
  from: Place,
): (said: string) => boolean {
  const { offer, database } = proven;
  if (database || offer.protocol !== Protocol.TCP)
    return (said) => /HTTP 403|ERROR 2026|reading authorization/.test(said);
  const pods = podsBehind(lab, fleet, proven, offer.hosts[0] as OfferedHost);
  const gateways = fleet.clusters.flatMap((cluster) => gatewayPods({ lab, fleet }, cluster));
  const sources = [from, ...gateways].map(
    (place) => lab.cluster(place.cluster).pod(place.namespace, place.pod).address,
  );
  const denied = () =>
    pods
      .flatMap((pod) => denials(lab, pod))
      .filter((line) => sources.some((source) => line.includes(` ${source}:`)));
  const before = denied().length;
  return () => denied().length > before;
}

/** What a pod's proxy logged of connections that its AuthorizationPolicy ended. */
function denials(lab: Lab, { cluster, namespace, pod }: Place): string[] {
  const log = readFileSync(join(lab.cluster(cluster).pod(namespace, pod).folder, 'istio-proxy.log'), 'utf8');
  return log.split('\n').filter((line) => line.includes('rbac_access_denied'));
}
