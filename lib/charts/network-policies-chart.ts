import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addMemberNetworkPolicy, addOperatorNetworkPolicy } from '../database/member-constructs';
import { Stage } from '../model/stage';
import { DefaultDeny } from '../network-policy/default-deny';
import { GatewayNetworkPolicy } from '../network-policy/gateway-network-policy';
import { OfferedNetworkPolicy } from '../network-policy/offered-network-policy';
import type { ClusterPlan } from '../plan/cluster-plan';

/** Which pods reach the gateway's pods and those of the default-deny namespaces. */
export class NetworkPoliciesChart extends Chart {
  constructor(scope: Construct, { networkPolicies }: ClusterPlan) {
    super(scope, Stage.NETWORK_POLICIES);
    for (const { id, props } of networkPolicies.gateways) new GatewayNetworkPolicy(this, id, props);
    for (const { deny, operators, members, offered } of networkPolicies.namespaces) {
      new DefaultDeny(this, deny.id, deny.props);
      for (const { id, props } of operators) addOperatorNetworkPolicy(this, id, props);
      for (const { id, props } of members) addMemberNetworkPolicy(this, id, props);
      for (const { id, props } of offered) new OfferedNetworkPolicy(this, id, props);
    }
  }
}
