import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { PxcNetworkPolicy } from '../database/pxc/network-policy';
import { OperatorNetworkPolicy } from '../database/pxc/operator-network-policy';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import type { Offer } from '../model/offer';
import { Stage } from '../model/stage';
import { DefaultDeny } from '../network-policy/default-deny';
import { GatewayNetworkPolicy } from '../network-policy/gateway-network-policy';
import { OfferedNetworkPolicy } from '../network-policy/offered-network-policy';
import { GatewayChart } from './gateway-chart';

/** Who reaches the gateway's pods, and those of a cluster's closed namespaces: the ones that hold a database. */
export class NetworkPoliciesChart extends Chart {
  /** Whether a cluster has any. */
  public static isNeeded(fleet: Fleet, cluster: Cluster): boolean {
    if (!fleet.networkPolicies) return false;
    return GatewayChart.isNeeded(fleet, cluster) || fleet.defaultDenyNamespaces(cluster).length > 0;
  }

  constructor(
    scope: Construct,
    private readonly fleet: Fleet,
    private readonly cluster: Cluster,
  ) {
    super(scope, Stage.NETWORK_POLICIES);
    if (GatewayChart.isNeeded(fleet, cluster)) this.gateway();
    for (const namespace of fleet.defaultDenyNamespaces(cluster)) {
      const scope = new Construct(this, namespace);
      new DefaultDeny(scope, 'default-deny', { namespace });
      this.databases(scope, namespace);
      const offers = fleet.offersFrom(cluster).filter((offer) => offer.namespace === namespace);
      for (const offer of offers) this.offered(scope, offer);
    }
  }

  private gateway(): void {
    const { fleet, cluster } = this;
    const { externalTrafficPolicy, loadBalancerSourceRanges } = cluster.gateway;
    // elsewhere the gateway's pods see the addresses of nodes, not those of the other clusters
    const seesCallers = externalTrafficPolicy === 'Local';
    new GatewayNetworkPolicy(this, 'gateway', {
      namespace: fleet.istioNamespace,
      exposesIstiod: fleet.exposesIstiod(cluster),
      sourceRanges: seesCallers ? loadBalancerSourceRanges : undefined,
    });
  }

  private databases(scope: Construct, namespace: string): void {
    const { cluster } = this;
    const databases = this.fleet.databasesAt(cluster.namespace(namespace));
    const administered = this.fleet.databasesAdministeredFrom(cluster.namespace(namespace));
    if (administered.length > 0) new OperatorNetworkPolicy(scope, 'operator', { namespace });
    for (const { name, clients, operatorNamespace } of databases) {
      const others = clients.filter((one) => one.cluster === cluster && one.name !== namespace);
      new PxcNetworkPolicy(scope, `database-${name}`, {
        name,
        namespace,
        clientNamespaces: [...new Set(others.map((one) => one.name))],
        operatorNamespace: operatorNamespace === namespace ? undefined : operatorNamespace,
      });
    }
  }

  private offered(scope: Construct, offer: Offer): void {
    const others = offer.localNamespaces.filter((name) => name !== offer.namespace);
    for (const { name, labels } of offer.workloads) {
      new OfferedNetworkPolicy(scope, `offered-${name}`, {
        name: `${name}-offered`,
        namespace: offer.namespace,
        podLabels: labels,
        port: offer.targetPort,
        gatewayNamespace: offer.takes('eastWestGateway') ? this.fleet.istioNamespace : undefined,
        fromEverywhere: offer.takes('nodePort') || offer.takes('direct'),
        localNamespaces: others,
      });
    }
  }
}
