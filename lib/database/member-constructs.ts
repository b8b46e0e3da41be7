import type { Construct } from 'constructs';
import type { MemberNetworkPolicy, MemberPlan, OperatorNetworkPolicyPlan } from './member-plan';
import { PxcNetworkPolicy } from './pxc/network-policy';
import { OperatorNetworkPolicy } from './pxc/operator-network-policy';
import { PxcReplicaSet } from './pxc/replica-set';

/** What each engine writes for a member of a database: a second engine is a line in each of these. */
const MEMBERS = { pxc: PxcReplicaSet };
const NETWORK_POLICIES = { pxc: PxcNetworkPolicy };
const OPERATOR_NETWORK_POLICIES = { pxc: OperatorNetworkPolicy };

export function addMember(scope: Construct, id: string, { engine, props }: MemberPlan): void {
  new MEMBERS[engine](scope, id, props);
}

export function addMemberNetworkPolicy(scope: Construct, id: string, plan: MemberNetworkPolicy): void {
  new NETWORK_POLICIES[plan.engine](scope, id, plan.props);
}

export function addOperatorNetworkPolicy(
  scope: Construct,
  id: string,
  plan: OperatorNetworkPolicyPlan,
): void {
  new OPERATOR_NETWORK_POLICIES[plan.engine](scope, id, plan.props);
}
