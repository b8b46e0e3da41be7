import type { Construct } from 'constructs';
import type { MemberNetworkPolicy, MemberPlan, OperatorNetworkPolicyPlan } from './member-plan';
import { PxcNetworkPolicy } from './pxc/network-policy';
import { OperatorNetworkPolicy } from './pxc/operator-network-policy';
import { PxcReplicaSet } from './pxc/replica-set';

// What each engine writes for a member of a database. A second engine is a case in each of these.

export function addMember(scope: Construct, id: string, plan: MemberPlan): void {
  switch (plan.engine) {
    case 'pxc':
      new PxcReplicaSet(scope, id, plan.props);
  }
}

export function addMemberNetworkPolicy(scope: Construct, id: string, plan: MemberNetworkPolicy): void {
  switch (plan.engine) {
    case 'pxc':
      new PxcNetworkPolicy(scope, id, plan.props);
  }
}

export function addOperatorNetworkPolicy(
  scope: Construct,
  id: string,
  plan: OperatorNetworkPolicyPlan,
): void {
  switch (plan.engine) {
    case 'pxc':
      new OperatorNetworkPolicy(scope, id, plan.props);
  }
}
