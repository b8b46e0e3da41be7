import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Cluster } from '../../lib/model/cluster';
import type { Database } from '../../lib/model/database';
import type { Fleet } from '../../lib/model/fleet';
import type { Offer } from '../../lib/model/offer';
import type { OfferedHost } from '../../lib/model/offer-kinds';
import type { Pod } from '../kubernetes/objects';
import type { Lab } from '../lab';
import { type Attempt, httpAttempt, mysqlAttempt, serverUuid } from './attempts';
import type { Place } from './probe';

/** An offer with the way to ask whether one of its pods was really reached. */
export interface ProvenOffer {
  readonly offer: Offer;
  /** The database whose pods are offered. */
  readonly database?: Database;
  readonly attempt: Attempt;
}

export function provenOffers(fleet: Fleet): ProvenOffer[] {
  return fleet.offers.map((offer) => {
    const database = fleet.databases.find((one) => one.offer === offer);
    return { offer, database, attempt: database ? mysqlAttempt : httpAttempt };
  });
}

/** The pods behind one of an offer's hosts: the one of its name, those of its group, or of all Services of its name. */
export function podsBehind(lab: Lab, fleet: Fleet, proven: ProvenOffer, host: OfferedHost): Place[] {
  if (!proven.offer.isDiscovered || host.onlyCluster) return podsOf(lab, proven, host);
  const sameNamed = provenOffers(fleet).filter(
    ({ offer }) => offer.isDiscovered && offer.hosts[0]?.sourceHost === host.sourceHost,
  );
  return sameNamed.flatMap((one) => podsOf(lab, one, one.offer.hosts[0] ?? host));
}

/** The pods of the offer itself. */
export function podsOf(lab: Lab, { offer, database }: ProvenOffer, host: OfferedHost): Place[] {
  const place = (pod: string): Place => ({ cluster: offer.from.name, namespace: offer.namespace, pod });
  if (host.pod) return [place(host.pod)];
  if (database) return database.pods.map(place);
  return lab
    .cluster(offer.from.name)
    .pods.filter(
      ({ pod: { metadata } }) => metadata.namespace === offer.namespace && hasLabels(metadata, host),
    )
    .map(({ pod }) => place(pod.metadata.name));
}

function hasLabels({ labels = {} }: Pod['metadata'], host: OfferedHost): boolean {
  return Object.entries(host.labels).every(([key, value]) => labels[key] === value);
}

/** What a pod must answer with, to be known as itself and no other. */
export async function identityOf(lab: Lab, { database }: ProvenOffer, pod: Place): Promise<string> {
  return database ? serverUuid(lab, pod) : `${pod.namespace}/${pod.pod}`;
}

/** A manifest of the dist that is proven. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: controls reach into specs of several kinds
  readonly spec?: any;
}

/** The objects of one of a cluster's files, as a user would copy them from there; none where it has no such file. */
export function manifests(dist: string, cluster: string, file: string): Manifest[] {
  const path = join(dist, cluster, `${file}.k8s.yaml`);
  return existsSync(path) ? (loadAll(readFileSync(path, 'utf8')) as Manifest[]) : [];
}

/** Every object of a cluster's folder. */
export function allManifests(
  dist: string,
  cluster: string,
  isWanted: (file: string) => boolean = () => true,
): Manifest[] {
  return readdirSync(join(dist, cluster))
    .filter((file) => file.endsWith('.k8s.yaml') && isWanted(file))
    .flatMap((file) => loadAll(readFileSync(join(dist, cluster, file), 'utf8')) as Manifest[]);
}

/** The objects with which a namespace dials a host: the entry, and its rule. */
export function consumerManifests(
  dist: string,
  { primaryCluster }: Cluster,
  namespace: string,
  host: string,
): Manifest[] {
  return manifests(dist, primaryCluster.name, '40-traffic').filter(
    ({ kind, metadata, spec }) =>
      metadata.namespace === namespace &&
      ((kind === 'ServiceEntry' && spec.hosts[0] === host && spec.endpoints) ||
        (kind === 'DestinationRule' && spec.host === host)),
  );
}
