import { lowerOffer } from '../../lib/offers/kinds';
import { takes } from '../../lib/offers/offer-plan';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Answer } from './attempts';
import type { RunningFleet } from './context';
import type { ProvenOffer } from './offers';

/**
 * Dials over a new connection all the way. A proxy keeps connections for later requests, and those outlive what made them possible: the
 * kernel closes them first.
 */
export async function dialNewConnection(
  { lab, facts }: RunningFleet,
  { offer, attempt }: ProvenOffer,
  from: PodRef,
  host: string,
): Promise<Answer> {
  const direct = takes(lowerOffer(offer), 'direct') ? [lowerOffer(offer).targetPort] : [];
  const ports = [offer.from.gatewayPort, ...direct, ...facts.nodePortsOf(offer)];
  const filter = ports.flatMap((port) => ['or', 'dport', '=', `:${port}`]).slice(1);
  await lab.cluster(from.cluster).pods.debug(from.namespace, from.pod, ['ss', '-H', '-K', ...filter]);
  return attempt(lab, from, host, offer.port);
}
