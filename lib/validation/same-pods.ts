import { podsOf } from '../database/members';
import type { Cluster } from '../model/cluster';
import type { Database } from '../model/database';
import { type OfferPlan, takes } from '../offers/offer-plan';
import { type FieldError, show } from '../rules/field-error';
import type { Istiods } from '../topology/istiods';
import type { NamedOffer } from './named-offer';

/** A pod that the fleet knows of, and where it was said. */
interface KnownPod {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly pod: string;
}

/**
 * Pods that an istiod would take for one another. It selects pods for ServiceEntries from every cluster that it reads, and keeps
 * them by namespace and name alone (istio/istio pilot/pkg/serviceregistry/util/workloadinstances/index.go): of two alike the one
 * that changed last is left, and an entry whose pod was lost that way leads nowhere.
 */
export function samePodErrors(
  istiods: Istiods,
  named: readonly NamedOffer[],
  databases: readonly Database[],
): FieldError[] {
  const pods = new Map<string, KnownPod[]>();
  for (const known of knownPods(named, databases)) {
    const key = `${known.namespace}/${known.pod}`;
    pods.set(key, [...(pods.get(key) ?? []), known]);
  }
  return named.flatMap(({ path, offer, plan }) => {
    // istiod keeps a Service's pods by cluster; only ServiceEntries select pods by name
    if (plan.gatewayEntries.length === 0 || !takes(plan, 'eastWestGateway')) return [];
    const read = new Set(istiods.remoteClustersOf(offer.from.primaryCluster));
    const own = podsBehind(plan, databases);
    const alike = own
      .flatMap((pod) => pods.get(`${offer.namespace}/${pod}`) ?? [])
      .find(
        ({ cluster }) =>
          cluster !== offer.from && (read.has(cluster) || cluster === offer.from.primaryCluster),
      );
    if (!alike) return [];
    return {
      path,
      expected: `not have pods of one namespace and name with '${alike.cluster.name}': the istiod of '${offer.from.primaryCluster.name}' reads both clusters, and keeps one of the two`,
      actual: `${show(alike.pod)} in namespace ${show(offer.namespace)}`,
      hint: `use a namespace of another name in '${alike.cluster.name}'`,
    };
  });
}

function knownPods(named: readonly NamedOffer[], databases: readonly Database[]): KnownPod[] {
  const offered = named.flatMap(({ offer, plan }) =>
    plan.hosts.flatMap(({ pod }) => (pod ? { cluster: offer.from, namespace: offer.namespace, pod } : [])),
  );
  const members = databases.flatMap((database) =>
    database.members.flatMap(({ at }) =>
      podsOf(database).map((pod) => ({ cluster: at.cluster, namespace: at.name, pod })),
    ),
  );
  return [...offered, ...members];
}

function podsBehind({ offer, hosts }: OfferPlan, databases: readonly Database[]): readonly string[] {
  const database = databases.find((one) => one.offer === offer);
  return database ? podsOf(database) : hosts.flatMap(({ pod }) => pod ?? []);
}
