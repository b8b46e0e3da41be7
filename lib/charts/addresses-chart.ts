import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { AddressPool } from '../mesh/address-pool';
import { Stage } from '../model/stage';

/** The addresses that a cluster's load balancer gives out. */
export class AddressesChart extends Chart {
  constructor(scope: Construct, addresses: readonly string[]) {
    super(scope, Stage.ADDRESSES);
    new AddressPool(this, 'pool', { addresses });
  }
}
