import { engineOf } from '../database/engines';
import type { OfferedWorkloadPolicyProps } from '../mesh/offered-workload-policy';
import type { WorkloadPortPolicyProps } from '../mesh/workload-port-policy';
import type { Cluster } from '../model/cluster';
import type { OfferPlan } from '../offers/offer-plan';
import { principalOf } from '../rules/identity';
import { serviceHost } from '../well-known/dns';
import type { Planned, PoliciesPlan } from './cluster-plan';
import { item } from './item';
import { administeredFrom, isMeshed, type Mesh, membersIn, operatorNamespaceOf } from './mesh';

/**
 * Who may dial what in the mesh: callers of offered ports and of databases' administrative ports, and what registry-only
 * namespaces may dial. Istio's objects are where the istiod is that reads them.
 */
export function planPolicies(mesh: Mesh, cluster: Cluster): PoliciesPlan {
  const clusters = mesh.dataPlaneClustersOf(cluster);
  const offered = clusters.flatMap((one) => mesh.partOf(one).offered);
  const registryOnly = new Set(clusters.flatMap((one) => one.registryOnlyNamespaces));
  return {
    workloads: withoutSameNamed(offered.filter(({ offer }) => offer.via.mutualTls)).flatMap((plan) =>
      workloadPolicies(mesh, plan),
    ),
    ports: clusters.flatMap((one) => portPolicies(mesh, one)),
    sidecars: [...registryOnly].map((namespace) => sidecar(mesh, clusters, namespace)),
  };
}

/** Discovered Services of one name under one istiod agree on their callers: the first one's policies are for the pods of all. */
function withoutSameNamed(offers: readonly OfferPlan[]): OfferPlan[] {
  const seen = new Set<string>();
  return offers.filter(({ discovered }) => {
    if (!discovered) return true;
    const isFirst = !seen.has(discovered.host);
    seen.add(discovered.host);
    return isFirst;
  });
}

function workloadPolicies(mesh: Mesh, plan: OfferPlan): Planned<OfferedWorkloadPolicyProps>[] {
  const { offer, targetPort, localNamespaces, namedLocalNamespaces } = plan;
  const local = (namespaces: readonly string[]) =>
    namespaces.map((name) => principalOf(mesh.trustDomainOf(offer.from), name));
  const remote = offer.to.map(({ cluster, name, account }) =>
    principalOf(mesh.trustDomainOf(cluster), name, account),
  );
  // a principal does not say in which cluster it is: a namespace that is also a remote caller's is no local one
  const onlyLocal = localNamespaces.filter((name) => !offer.to.some((caller) => caller.name === name));
  return plan.workloads.map(({ name, labels, snis, serviceHosts }) =>
    item(`offered.${offer.from.name}.${offer.namespace}.${offer.name}.${name}`, {
      name,
      namespace: offer.namespace,
      podLabels: labels,
      port: targetPort,
      snis,
      principals: [...new Set([...remote, ...local(namedLocalNamespaces)])],
      ...(serviceHosts ? { serviceHosts, localPrincipals: local(onlyLocal) } : {}),
    }),
  );
}

/** Administrative ports of databases: for the database's own pods and its operator. */
function portPolicies(mesh: Mesh, cluster: Cluster): Planned<WorkloadPortPolicyProps>[] {
  return mesh.partOf(cluster).databases.flatMap((database) =>
    membersIn(database, cluster)
      .filter(({ at }) => isMeshed(mesh, cluster, at.name))
      .flatMap(({ at }) => {
        const callers = new Set([at.name, operatorNamespaceOf(database, at)]);
        const principals = [...callers].map((name) => principalOf(mesh.trustDomainOf(cluster), name));
        return engineOf(database)
          .administrativePorts(database.name)
          .map(({ of, podLabels, ports }) =>
            item(`administered.${cluster.name}.${at.name}.${of}`, {
              name: `${of}-admin`,
              namespace: at.name,
              ...{ podLabels, ports, principals },
            }),
          );
      }),
  );
}

/** A namespace that sees its own hosts and what it may dial; what is discovered is in its owner's namespace. */
function sidecar(mesh: Mesh, clusters: readonly Cluster[], namespace: string) {
  const called = clusters
    .flatMap((cluster) => mesh.partOf(cluster).called)
    .filter(({ from }) => from.callers.some(({ name }) => name === namespace));
  // the Sidecar names the namespace's own hosts already
  const elsewhere = called.filter(({ plan }) => plan.offer.namespace !== namespace);
  const discovered = elsewhere.flatMap(({ plan }) =>
    plan.discovered ? [`${plan.offer.namespace}/${plan.discovered.host}`] : [],
  );
  const administered = clusters.flatMap((cluster) => administeredFrom(mesh, cluster, namespace));
  // a database's operator asks the API server, and dials its databases
  const api = administered.length > 0 ? [`default/${serviceHost('kubernetes', 'default')}`] : [];
  const databases = administered.filter((name) => name !== namespace).map((name) => `${name}/*`);
  return item(`registry-only.${namespace}`, {
    namespace,
    hosts: [...new Set([...discovered, ...api, ...databases])],
  });
}
