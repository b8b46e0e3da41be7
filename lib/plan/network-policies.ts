import { engineOf } from '../database/engines';
import type { Cluster } from '../model/cluster';
import type { OfferedNetworkPolicyProps } from '../network-policy/offered-network-policy';
import { type OfferPlan, takes } from '../offers/offer-plan';
import type { GatewayPlan, NamespaceNetworkPolicies, NetworkPoliciesPlan, Planned } from './cluster-plan';
import { item } from './item';
import { type Mesh, membersIn, operatorNamespaceOf } from './mesh';

/** Who reaches the pods of the gateway and of the default-deny namespaces. */
export function planNetworkPolicies(mesh: Mesh, cluster: Cluster, gateway: GatewayPlan): NetworkPoliciesPlan {
  const { networkPolicies, istioNamespace } = mesh.fleet;
  if (!networkPolicies) return { gateways: [], namespaces: [] };
  const { externalTrafficPolicy, loadBalancerSourceRanges } = cluster.gateway;
  // elsewhere the gateway's pods see the addresses of nodes, not those of the other clusters
  const seesCallers = externalTrafficPolicy === 'Local';
  return {
    gateways: gateway.gateways.map(() =>
      item('gateway', {
        namespace: istioNamespace,
        exposesIstiod: mesh.isExposed(cluster),
        sourceRanges: seesCallers ? loadBalancerSourceRanges : undefined,
      }),
    ),
    namespaces: defaultDenyNamespaces(mesh, cluster).map((name) => ofNamespace(mesh, cluster, name)),
  };
}

/** The namespaces that a NetworkPolicy closes to everybody whom no other one lets in: those with a database, sorted. */
export function defaultDenyNamespaces({ fleet, partOf }: Mesh, cluster: Cluster): string[] {
  if (!fleet.networkPolicies) return [];
  const members = partOf(cluster).databases.flatMap((database) => membersIn(database, cluster));
  return [...new Set(members.map(({ at }) => at.name))].sort();
}

function ofNamespace(mesh: Mesh, cluster: Cluster, namespace: string): NamespaceNetworkPolicies {
  const { databases, offered } = mesh.partOf(cluster);
  const here = databases.filter((database) =>
    membersIn(database, cluster).some(({ at }) => at.name === namespace),
  );
  return {
    deny: item(`${namespace}.default-deny`, { namespace }),
    operators: operatorPolicies(mesh, cluster, namespace),
    members: here.map((database) => {
      const { name, clients, operatorNamespace } = database;
      const others = clients.filter((one) => one.cluster === cluster && one.name !== namespace);
      const policy = engineOf(database).memberNetworkPolicy({
        ...{ name, namespace },
        clientNamespaces: [...new Set(others.map((one) => one.name))],
        operatorNamespace: operatorNamespace === namespace ? undefined : operatorNamespace,
      });
      return item(`${namespace}.database-${name}`, policy);
    }),
    offered: offered
      .filter(({ offer }) => offer.namespace === namespace)
      .flatMap((plan) => offeredPolicies(plan, mesh.fleet.istioNamespace)),
  };
}

/** One for each operator that runs in a namespace. */
function operatorPolicies(mesh: Mesh, cluster: Cluster, namespace: string) {
  const run = mesh
    .partOf(cluster)
    .databases.filter((database) =>
      membersIn(database, cluster).some(({ at }) => operatorNamespaceOf(database, at) === namespace),
    );
  const first = new Map(run.map((database) => [database.engine, database]));
  return [...first.values()].flatMap((database) => {
    const policy = engineOf(database).operatorNetworkPolicy(namespace);
    return policy ? [item(`${namespace}.operator`, policy)] : [];
  });
}

function offeredPolicies(plan: OfferPlan, gatewayNamespace: string): Planned<OfferedNetworkPolicyProps>[] {
  const { namespace } = plan.offer;
  return plan.workloads.map(({ name, labels }) =>
    item(`${namespace}.offered-${plan.offer.name}.${name}`, {
      name: `${name}-offered`,
      namespace,
      podLabels: labels,
      port: plan.targetPort,
      gatewayNamespace: takes(plan, 'eastWestGateway') ? gatewayNamespace : undefined,
      fromEverywhere: takes(plan, 'nodePort') || takes(plan, 'direct'),
      localNamespaces: plan.localNamespaces.filter((name) => name !== namespace),
    }),
  );
}
