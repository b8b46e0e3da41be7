import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import type { Offer } from '../fleet/offer';
import { Stage } from '../fleet/stage';
import { DefaultDeny } from '../network-policy/default-deny';
import { OfferedNetworkPolicy } from '../network-policy/offered-network-policy';
import { OperatorNetworkPolicy } from '../network-policy/operator-network-policy';
import { PxcNetworkPolicy } from '../network-policy/pxc-network-policy';

/** Who reaches the pods of a cluster's closed namespaces: those that hold a database. */
export class NetworkPoliciesChart extends Chart {
  constructor(
    scope: Construct,
    private readonly fleet: Fleet,
    private readonly cluster: Cluster,
  ) {
    super(scope, Stage.NETWORK_POLICIES);
    for (const namespace of fleet.closedNamespaces(cluster)) {
      const scope = new Construct(this, namespace);
      new DefaultDeny(scope, 'default-deny', { namespace });
      this.databases(scope, namespace);
      const offers = fleet.offersFrom(cluster).filter((offer) => offer.namespace === namespace);
      for (const offer of offers) this.offered(scope, offer);
    }
  }

  private databases(scope: Construct, namespace: string): void {
    const { cluster } = this;
    const databases = this.fleet.databasesAt(cluster.namespace(namespace));
    const operators = databases.map(({ operatorNamespace }) => operatorNamespace ?? namespace);
    if (operators.includes(namespace)) new OperatorNetworkPolicy(scope, 'operator', { namespace });
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
        port: offer.port,
        gatewayNamespace: offer.takes('eastWestGateway') ? this.fleet.istioNamespace : undefined,
        fromEverywhere: offer.takes('nodePort') || offer.takes('direct'),
        localNamespaces: others,
      });
    }
  }
}
