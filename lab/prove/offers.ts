import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Fleet } from '../../lib/fleet/fleet';
import type { Offer } from '../../lib/fleet/offer';
import type { OfferedHost } from '../../lib/fleet/offer-kinds';
import type { Lab } from '../lab';
import { type Attempt, httpAttempt, mysqlAttempt, serverUuid } from './attempts';
import type { Place } from './probe';

/** An offer with the way to ask whether one of its pods was really reached. */
export interface ProvenOffer {
  readonly offer: Offer;
  readonly isDatabase: boolean;
  readonly attempt: Attempt;
}

export function provenOffers(fleet: Fleet): ProvenOffer[] {
  const databases = new Set(fleet.databases.map(({ offer }) => offer));
  return fleet.offers.map((offer) => {
    const isDatabase = databases.has(offer);
    return { offer, isDatabase, attempt: isDatabase ? mysqlAttempt : httpAttempt };
  });
}

/** Where a pod of an offer runs. */
export function placeOf(offer: Offer, pod: OfferedHost): Place {
  return { cluster: offer.from.name, namespace: offer.namespace, pod: pod.name };
}

/** What a pod must answer with, to be known as itself and no other. */
export async function identityOf(
  lab: Lab,
  { offer, isDatabase }: ProvenOffer,
  pod: OfferedHost,
): Promise<string> {
  return isDatabase ? serverUuid(lab, placeOf(offer, pod)) : `${offer.namespace}/${pod.name}`;
}

/** A manifest of the dist that is proven. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: controls reach into specs of several kinds
  readonly spec?: any;
}

/** The objects of one of a cluster's files, as a user would copy them from there. */
export function manifests(dist: string, cluster: string, file: string): Manifest[] {
  return loadAll(readFileSync(join(dist, cluster, `${file}.k8s.yaml`), 'utf8')) as Manifest[];
}

/** The objects with which a namespace dials a host: the entry, and its rule. */
export function consumerManifests(
  dist: string,
  cluster: string,
  namespace: string,
  host: string,
): Manifest[] {
  return manifests(dist, cluster, '40-traffic').filter(
    ({ kind, metadata, spec }) =>
      metadata.namespace === namespace &&
      ((kind === 'ServiceEntry' && spec.hosts[0] === host && spec.endpoints) ||
        (kind === 'DestinationRule' && spec.host === host)),
  );
}
