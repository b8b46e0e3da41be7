import type { Cluster } from '../model/cluster';
import { isMeshed, type Mesh, membersIn, operatorNamespaceOf } from './mesh';

/** A namespace that the fleet writes. */
export interface NamespacePlan {
  readonly name: string;
  readonly labels: { [key: string]: string };
  readonly annotations: { [key: string]: string };
  /** Whether Istio injects proxies into the namespace's pods. */
  readonly isMeshed: boolean;
}

/** istiod's namespace, and those that offer, dial, or hold a database or its operator, sorted. */
export function planNamespaces(mesh: Mesh, cluster: Cluster): NamespacePlan[] {
  const { istioNamespace } = mesh.fleet;
  // istiod reads its own network from this label on its own namespace
  const network = { 'topology.istio.io/network': cluster.network };
  // the primary's istiod runs this cluster's control plane where it finds its name here
  const primary = cluster.primary && { 'topology.istio.io/controlPlaneClusters': cluster.primary.name };
  const others = [...new Set(inhabited(mesh, cluster))].filter((name) => name !== istioNamespace).sort();
  return [
    { name: istioNamespace, labels: network, annotations: { ...primary }, isMeshed: false },
    ...others.map((name) => {
      const meshed = isMeshed(mesh, cluster, name);
      // proxies get the network from istiod; here it is for readers, and for selecting namespaces
      const labels = { ...(meshed ? injectionLabels(mesh.fleet) : {}), ...network };
      return { name, labels, annotations: {}, isMeshed: meshed };
    }),
  ];
}

/** The labels of a namespace by which Istio injects proxies into its pods. */
export function injectionLabels({ revision }: { readonly revision?: string }): { [key: string]: string } {
  return revision ? { 'istio.io/rev': revision } : { 'istio-injection': 'enabled' };
}

/** Those of remote clusters too, because Istio's objects for them are in the primary. */
function inhabited({ partOf, dataPlaneClustersOf }: Mesh, cluster: Cluster): string[] {
  return [cluster, ...dataPlaneClustersOf(cluster)].flatMap((one) => {
    const { offered, called, databases } = partOf(one);
    return [
      ...offered.map(({ offer }) => offer.namespace),
      ...called.flatMap(({ from }) => from.callers.map(({ name }) => name)),
      ...databases.flatMap((database) =>
        membersIn(database, one).flatMap(({ at }) => [at.name, operatorNamespaceOf(database, at)]),
      ),
    ];
  });
}
