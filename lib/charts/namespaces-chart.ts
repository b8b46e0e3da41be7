import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import * as k8s from '../kinds';
import { Stage } from './stage';

/** Every namespace that the fleet needs in a cluster: istiod's, and those that offer, consume or hold a database. */
export class NamespacesChart extends Chart {
  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.NAMESPACES);
    // istiod reads its own network from this label on its own namespace
    const network = { 'topology.istio.io/network': cluster.network };

    this.addNamespace(fleet.istioNamespace, network);
    for (const name of meshedNamespaces(fleet, cluster)) {
      // proxies get the network from istiod; here it is for readers, and for selecting namespaces
      this.addNamespace(name, { ...fleet.injectionLabels, ...network });
    }
  }

  private addNamespace(name: string, labels: { [key: string]: string }): void {
    new k8s.Namespace(this, name, { metadata: { name, labels } });
  }
}

function meshedNamespaces(fleet: Fleet, cluster: Cluster): string[] {
  const names = [
    ...fleet.offersFrom(cluster).map(({ namespace }) => namespace),
    ...fleet.offersTo(cluster).flatMap(({ callers }) => callers.map(({ name }) => name)),
    ...fleet
      .databasesIn(cluster)
      .flatMap(({ members }) => members.filter(({ at }) => at.cluster === cluster).map(({ at }) => at.name)),
  ];
  return [...new Set(names)].filter((name) => name !== fleet.istioNamespace).sort();
}
