import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { CrossNetworkGateway } from '../mesh/cross-network-gateway';
import { EastWestGateway } from '../mesh/east-west-gateway';
import { IstiodGateway } from '../mesh/istiod-gateway';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** The east-west gateway with the offered hosts, and what remote clusters need beside it. */
export class GatewayChart extends Chart {
  constructor(scope: Construct, { gateway }: ClusterPlan) {
    super(scope, Stage.GATEWAY);
    for (const { id, props } of gateway.gateways) new EastWestGateway(this, id, props);
    for (const { id, props } of gateway.istiods) new IstiodGateway(this, id, props);
    for (const { id, props } of gateway.remoteHosts) new CrossNetworkGateway(this, id, props);
  }
}
