import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { AddressPool } from '../mesh/address-pool';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** The addresses that a cluster's load balancer gives out. */
export class AddressesChart extends Chart {
  constructor(scope: Construct, { addressPools }: ClusterPlan) {
    super(scope, Stage.ADDRESSES);
    for (const { id, props } of addressPools) new AddressPool(this, id, props);
  }
}
