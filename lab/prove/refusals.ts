import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Protocol } from '../../lib/model/protocol';
import type { OfferedHost } from '../../lib/offers/offer-plan';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';
import type { RunningFleet } from './context';
import { gatewayPods } from './gateways';
import { type ProvenOffer, podsBehind } from './offers';

/**
 * Tells whether the offering side refused a caller, and not a proxy or name server on the way. HTTP answers 403; MySQL has sent its
 * greeting before the connection is closed. For other byte streams the proxies of the offered pods must have logged the refusal.
 */
export function refusalOf(
  context: RunningFleet,
  proven: ProvenOffer,
  from: PodRef,
): (output: string) => boolean {
  const { lab, fleet } = context;
  const { offer, plan, database } = proven;
  if (database || offer.protocol !== Protocol.TCP)
    return (output) => /HTTP 403|ERROR 2026|reading authorization/.test(output);
  const pods = podsBehind(context, proven, plan.hosts[0] as OfferedHost);
  const gateways = fleet.clusters.flatMap((cluster) => gatewayPods(context, cluster));
  const sources = [from, ...gateways].map(
    ({ cluster, namespace, pod }) => lab.cluster(cluster).pods.get(namespace, pod).address,
  );
  const denied = () =>
    pods
      .flatMap((pod) => denials(lab, pod))
      .filter((line) => sources.some((source) => line.includes(` ${source}:`)));
  const before = denied().length;
  return () => denied().length > before;
}

/** The lines in which a pod's proxy logged that its AuthorizationPolicy closed a connection. */
function denials(lab: Lab, { cluster, namespace, pod }: PodRef): string[] {
  const log = readFileSync(
    join(lab.cluster(cluster).pods.get(namespace, pod).folder, 'istio-proxy.log'),
    'utf8',
  );
  return log.split('\n').filter((line) => line.includes('rbac_access_denied'));
}
