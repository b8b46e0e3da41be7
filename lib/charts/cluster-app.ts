import { join } from 'node:path';
import { App, type Chart } from 'cdk8s';
import type { ClusterPlan } from '../plan/cluster-plan';
import { AddressesChart } from './addresses-chart';
import { DatabaseChart } from './database-chart';
import { GatewayChart } from './gateway-chart';
import { NamespacesChart } from './namespaces-chart';
import { NetworkPoliciesChart } from './network-policies-chart';
import { NodePortsChart } from './node-ports-chart';
import { PoliciesChart } from './policies-chart';
import { RemoteAccessChart } from './remote-access-chart';
import { TrafficChart } from './traffic-chart';
import { TrustChart } from './trust-chart';

/** The charts of a cluster, by stage. */
const CHARTS = [
  ...[NamespacesChart, TrustChart, RemoteAccessChart, AddressesChart, PoliciesChart],
  ...[NetworkPoliciesChart, GatewayChart, NodePortsChart, TrafficChart, DatabaseChart],
];

/** A cluster's App with a chart for each stage that has objects. */
export function clusterApp(plan: ClusterPlan, outdir: string): App {
  const app = new App({ outdir: join(outdir, plan.name) });
  for (const StageChart of CHARTS) {
    const chart: Chart = new StageChart(app, plan);
    // `FleetManifests.chart` makes it anew where somebody adds objects
    if (chart.node.children.length === 0) app.node.tryRemoveChild(chart.node.id);
  }
  return app;
}
