import type { ClusterNamespace } from '../../../lib/model/cluster';
import type { ProofContext } from '../context';
import type { Mutation } from '../mutation';
import { PlannedObjects } from '../planned-objects';
import { objectMutation } from './objects';

/** A namespace without the NetworkPolicies of dist; nothing changes where it has none. */
export function withoutNetworkPolicies({ lab, dist }: ProofContext, namespace: ClusterNamespace): Mutation {
  return objectMutation(lab, {
    name: 'no NetworkPolicies',
    cluster: namespace.cluster.name,
    original: new PlannedObjects(dist).networkPolicies(namespace),
    changed: [],
  });
}
