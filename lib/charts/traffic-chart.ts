import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { CrossClusterServiceEntry } from '../mesh/cross-cluster-service-entry';
import { DiscoveredServiceRule } from '../mesh/discovered-service-rule';
import { OfferedServiceEntry } from '../mesh/offered-service-entry';
import { PartitionedServiceHost } from '../mesh/partitioned-service-host';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** Both halves of the offers that touch a cluster and its remote clusters. */
export class TrafficChart extends Chart {
  constructor(scope: Construct, { traffic }: ClusterPlan) {
    super(scope, Stage.TRAFFIC);
    for (const { rules, partitionedHosts, gatewayEntries, callerEntries } of traffic) {
      for (const { id, props } of rules) new DiscoveredServiceRule(this, id, props);
      for (const { id, props } of gatewayEntries) new OfferedServiceEntry(this, id, props);
      for (const { id, props } of partitionedHosts) new PartitionedServiceHost(this, id, props);
      for (const { id, props } of callerEntries) new CrossClusterServiceEntry(this, id, props);
    }
  }
}
