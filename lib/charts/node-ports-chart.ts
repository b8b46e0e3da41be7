import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { NodePortService } from '../mesh/node-port-service';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** The ports of the nodes that lead to what a cluster offers by them. */
export class NodePortsChart extends Chart {
  constructor(scope: Construct, { nodePorts }: ClusterPlan) {
    super(scope, Stage.NODE_PORTS);
    for (const { id, props } of nodePorts) new NodePortService(this, id, props);
  }
}
