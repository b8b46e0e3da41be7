import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import * as k8s from '../kinds';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { Stage } from '../model/stage';
import { keepAnnotations } from '../well-known/keep-annotations';

/** Every namespace that the fleet needs in a cluster: istiod's, and those that offer, consume or hold a database. */
export class NamespacesChart extends Chart {
  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.NAMESPACES);
    // istiod reads its own network from this label on its own namespace
    const network = { 'topology.istio.io/network': cluster.network };
    // by it the primary's istiod knows that it may run this cluster's control plane
    const primary = cluster.primary && { 'topology.istio.io/controlPlaneClusters': cluster.primary.name };

    this.addNamespace(fleet.istioNamespace, network, primary);
    for (const name of fleet.namespacesIn(cluster)) {
      const injection = fleet.isMeshed(cluster.namespace(name)) ? fleet.injectionLabels : {};
      // proxies get the network from istiod; here it is for readers, and for selecting namespaces
      this.addNamespace(name, { ...injection, ...network });
    }
  }

  private addNamespace(
    name: string,
    labels: { [key: string]: string },
    annotations?: { [key: string]: string },
  ): void {
    new k8s.Namespace(this, name, {
      metadata: { name, labels, annotations: { ...annotations, ...keepAnnotations() } },
    });
  }
}
