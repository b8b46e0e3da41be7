import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { NamespaceSidecar } from '../mesh/namespace-sidecar';
import { OfferedWorkloadPolicy } from '../mesh/offered-workload-policy';
import { WorkloadPortPolicy } from '../mesh/workload-port-policy';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** Istio's policies. They are applied before the gateways and entries that lead to what they guard. */
export class PoliciesChart extends Chart {
  constructor(scope: Construct, { policies }: ClusterPlan) {
    super(scope, Stage.POLICIES);
    for (const { id, props } of policies.workloads) new OfferedWorkloadPolicy(this, id, props);
    for (const { id, props } of policies.ports) new WorkloadPortPolicy(this, id, props);
    for (const { id, props } of policies.sidecars) new NamespaceSidecar(this, id, props);
  }
}
