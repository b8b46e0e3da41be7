import { podsOf, workloadOf } from '../database/members';
import type { Database } from '../model/database';
import { type FieldError, show } from '../rules/field-error';
import type { NamedOffer } from './named-offer';

type Labels = { readonly [key: string]: string };

/** Labels that Kubernetes and Istio put on pods: whether a pod has one says nothing of whose it is. */
const GIVEN_TO_ALL =
  /^(apps\.kubernetes\.io|(security|service|topology)\.istio\.io)\/|^controller-revision-hash$/;

/**
 * Offers of different ports that may select the same pods. Each has a PeerAuthentication for its port, and Istio applies one to a pod: of several the
 * oldest. The port of the other would take plain text, and callers without a certificate with it.
 * https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication
 */
export function overlappingPodsErrors(
  named: readonly NamedOffer[],
  databases: readonly Database[],
): FieldError[] {
  const meshed = named.filter(({ offer }) => offer.via.mutualTls);
  return meshed.flatMap((entry, index) => {
    const first = meshed
      .slice(0, index)
      .find((other) => mayMeet(other, entry) && mayOverlap(other, entry, databases));
    if (!first) return [];
    return {
      path: entry.path,
      expected: `select no pods that ${first.path} may select too: Istio applies one PeerAuthentication to a pod, and the port of the other offer would take plain text`,
      actual: `${shown(entry)} and ${shown(first)} in namespace ${show(entry.offer.namespace)}`,
      hint: 'give both offers podLabels with a key in common and different values, such as app; of one workload offer one port',
    };
  });
}

/**
 * An istiod applies a policy to all pods of a namespace, whatever their cluster. Two policies for one port say the same, so that either
 * may win. Offers of one name are told apart by other rules.
 */
function mayMeet({ offer: one, plan }: NamedOffer, { offer: other, plan: otherPlan }: NamedOffer): boolean {
  return (
    one.namespace === other.namespace &&
    one.name !== other.name &&
    plan.targetPort !== otherPlan.targetPort &&
    one.from.primaryCluster === other.from.primaryCluster
  );
}

function mayOverlap(one: NamedOffer, other: NamedOffer, databases: readonly Database[]): boolean {
  const owner = (entry: NamedOffer) => databases.find(({ offer }) => offer === entry.offer);
  return selectors(one).some((labels) =>
    selectors(other).some((others) => {
      if (areDisjoint(labels, others)) return false;
      const [database, selector] = owner(one) ? [owner(one), others] : [owner(other), labels];
      return database === undefined || selectsMember(selector, database);
    }),
  );
}

function selectors({ plan }: NamedOffer): Labels[] {
  return plan.workloads.map(({ labels }) => labels);
}

function areDisjoint(one: Labels, other: Labels): boolean {
  return Object.entries(one).some(([key, value]) => key in other && other[key] !== value);
}

/** The engine labels a database's pods: a selector with a label that it does not give selects none of them. */
function selectsMember(selector: Labels, database: Database): boolean {
  const given: Labels = workloadOf(database).givenLabels;
  const pods = podsOf(database);
  return Object.entries(selector).every(([key, value]) => {
    if (key === 'statefulset.kubernetes.io/pod-name') return pods.includes(value);
    return GIVEN_TO_ALL.test(key) || given[key] === value;
  });
}

function shown(entry: NamedOffer): string {
  return show(selectors(entry)[0]);
}
