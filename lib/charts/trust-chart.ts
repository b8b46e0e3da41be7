import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { SharedCaSecret } from '../mesh/shared-ca-secret';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** How the cluster's signing certificate under the shared root gets there. */
export class TrustChart extends Chart {
  constructor(scope: Construct, { trust }: ClusterPlan) {
    super(scope, Stage.TRUST);
    for (const { id, props } of trust) new SharedCaSecret(this, id, props);
  }
}
