import { takes } from '../../lib/offers/offer-plan';
import { MTLS_PORT } from '../../lib/well-known/gateway-names';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Answer } from './attempts';
import type { RunningFleet } from './context';
import type { ProvenOffer } from './offers';

/**
 * Dials over a new connection all the way. A proxy keeps connections for later requests, and those outlive what made them possible: the
 * kernel closes them first.
 */
export async function dialNewConnection(
  { lab, fleet, facts }: RunningFleet,
  { offer, plan, attempt }: ProvenOffer,
  from: PodRef,
  host: string,
): Promise<Answer> {
  const direct = takes(plan, 'direct') ? [plan.targetPort] : [];
  // where Services of one name are one Service, pods of other clusters are behind the name too
  const gateways = [MTLS_PORT, ...fleet.clusters.map(({ gatewayPort }) => gatewayPort)];
  const ports = [...new Set([...gateways, ...direct, ...facts.nodePortsOf(plan)])];
  const filter = ports.flatMap((port) => ['or', 'dport', '=', `:${port}`]).slice(1);
  await lab.cluster(from.cluster).pods.debug(from.namespace, from.pod, ['ss', '-H', '-K', ...filter]);
  return attempt(lab, from, host, offer.port);
}
