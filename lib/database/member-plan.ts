import type { PxcNetworkPolicyProps } from './pxc/network-policy';
import type { OperatorNetworkPolicyProps } from './pxc/operator-network-policy';
import type { PxcReplicaSetProps } from './pxc/replica-set';

/** A member of a database, by its engine. */
export type MemberPlan = { readonly engine: 'pxc'; readonly props: PxcReplicaSetProps };

/** The NetworkPolicies of a member's pods in a default-deny namespace, by its engine. */
export type MemberNetworkPolicy = { readonly engine: 'pxc'; readonly props: PxcNetworkPolicyProps };

/** The NetworkPolicy of an engine's operator in a default-deny namespace. */
export type OperatorNetworkPolicyPlan = {
  readonly engine: 'pxc';
  readonly props: OperatorNetworkPolicyProps;
};
