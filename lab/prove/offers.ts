import { podsOf as databasePods } from '../../lib/database/members';
import type { ClusterNamespace } from '../../lib/model/cluster';
import type { Database } from '../../lib/model/database';
import type { Offer } from '../../lib/model/offer';
import type { OfferedHost, OfferPlan } from '../../lib/offers/offer-plan';
import type { FleetPlan } from '../../lib/plan/plan';
import type { PodRef } from '../kubernetes/pod-ref';
import { selects } from '../kubernetes/selectors';
import type { Lab } from '../lab';
import { type Attempt, httpAttempt, mysqlAttempt, serverUuid } from './attempts';
import type { RunningFleet } from './context';

/** An offer with the way to dial it and to tell which of its pods answered. */
export interface ProvenOffer {
  readonly offer: Offer;
  /** The offer as plain data: hosts, callers, policies. */
  readonly plan: OfferPlan;
  /** The database whose pods are offered. */
  readonly database?: Database;
  readonly attempt: Attempt;
}

export function provenOffers({ fleet, offers }: FleetPlan): ProvenOffer[] {
  return offers.map((plan) => {
    const { offer } = plan;
    const database = fleet.databases.find((one) => one.offer === offer);
    return { offer, plan, database, attempt: database ? mysqlAttempt : httpAttempt };
  });
}

/** The pods behind one of an offer's hosts: one pod, those of a group, or those of all same-named Services. */
export function podsBehind({ lab, offers }: RunningFleet, proven: ProvenOffer, host: OfferedHost): PodRef[] {
  if (!proven.plan.discovered || host.subset) return podsOf(lab, proven, host);
  const sameNamed = offers.filter(
    ({ plan }) => plan.discovered !== undefined && plan.hosts[0]?.sourceHost === host.sourceHost,
  );
  return sameNamed.flatMap((one) => podsOf(lab, one, one.plan.hosts[0] ?? host));
}

/** The pods of the offer itself. */
export function podsOf(lab: Lab, { offer, database }: ProvenOffer, host: OfferedHost): PodRef[] {
  const refOf = (pod: string): PodRef => ({ cluster: offer.from.name, namespace: offer.namespace, pod });
  if (host.pod) return [refOf(host.pod)];
  if (database) return databasePods(database).map(refOf);
  return lab
    .cluster(offer.from.name)
    .pods.all.filter(
      ({ pod }) => pod.metadata.namespace === offer.namespace && selects({ matchLabels: host.labels }, pod),
    )
    .map(({ pod }) => refOf(pod.metadata.name));
}

/** How a pod identifies itself in an answer. */
export async function identityOf(lab: Lab, { database }: ProvenOffer, pod: PodRef): Promise<string> {
  return database ? serverUuid(lab, pod) : `${pod.namespace}/${pod.pod}`;
}

/** The pod of a caller that an offer names. */
export function callerPod(
  { callers }: RunningFleet,
  { cluster, name: namespace, account }: ClusterNamespace,
  more: { readonly suffix?: string; readonly annotations?: Readonly<Record<string, string>> } = {},
): Promise<PodRef> {
  return callers.get({ cluster: cluster.name, namespace, account, ...more });
}
