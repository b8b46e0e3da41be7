import type { Fleet } from '../../lib/model/fleet';
import { MTLS_PORT } from '../../lib/well-known/gateway-names';
import type { Lab } from '../lab';
import type { Answer } from './attempts';
import type { ProvenOffer } from './offers';
import type { Place } from './probe';

/**
 * Asks over a connection of its own all the way. A proxy keeps connections for later requests, and those outlive what made
 * them possible: the kernel ends them first.
 */
export async function askAfresh(
  lab: Lab,
  fleet: Fleet,
  { offer, attempt }: ProvenOffer,
  from: Place,
  host: string,
): Promise<Answer> {
  const direct = offer.takes('direct') ? [offer.targetPort] : [];
  // pods of other clusters are behind the name too, where Services of one name are one
  const gateways = [MTLS_PORT, ...fleet.clusters.map(({ gatewayPort }) => gatewayPort)];
  const ports = [...new Set([...gateways, ...direct, ...fleet.nodePortsOf(offer)])];
  const filter = ports.flatMap((port) => ['or', 'dport', '=', `:${port}`]).slice(1);
  await lab.cluster(from.cluster).inPod(from.namespace, from.pod, ['ss', '-H', '-K', ...filter]);
  return attempt(lab, from, host, offer.port);
}
