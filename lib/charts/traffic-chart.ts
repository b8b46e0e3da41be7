import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { CrossClusterServiceEntry, type RemoteEndpoint } from '../mesh/cross-cluster-service-entry';
import { DiscoveredServiceRule } from '../mesh/discovered-service-rule';
import { OfferedServiceEntry } from '../mesh/offered-service-entry';
import { PartitionedServiceHost } from '../mesh/partitioned-service-host';
import type { Cluster, ClusterNamespace } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import type { Offer } from '../model/offer';
import type { OfferedHost } from '../model/offer-kinds';
import { Stage } from '../model/stage';
import { serviceHost } from '../well-known/dns';

/**
 * Both halves of the offers that touch a cluster, and its remotes: what they let others dial, and what their pods may dial
 * elsewhere. Istio's objects are where the istiod is that reads them.
 */
export class TrafficChart extends Chart {
  constructor(
    scope: Construct,
    private readonly fleet: Fleet,
    cluster: Cluster,
  ) {
    super(scope, Stage.TRAFFIC);
    const clusters = fleet.dataPlaneClustersOf(cluster);
    for (const offer of clusters.flatMap((one) => fleet.offersFrom(one))) this.offered(offer);
    for (const by of clusters) {
      for (const { offer, callers } of fleet.offersTo(by)) this.consumed(offer, by, callers);
    }
  }

  private offered(offer: Offer): void {
    const scope = this.ofOffer(offer, `offered-${offer.namespace}.${offer.name}`);
    if (offer.isDiscovered) this.atGateway(scope, offer);
    if (offer.takes('eastWestGateway') && !offer.isService) this.gatewayEntries(scope, offer);
  }

  /** A scope whose id tells apart what two clusters of one istiod call alike. */
  private ofOffer(offer: Offer, id: string): Construct {
    return new Construct(this, this.node.tryFindChild(id) ? `${id}-of.${offer.from.name}` : id);
  }

  private gatewayEntries(scope: Construct, offer: Offer): void {
    for (const host of offer.hosts) {
      new OfferedServiceEntry(scope, host.name, {
        ...remotePort(offer),
        idleTimeoutSeconds: offer.idleTimeoutSeconds,
        name: host.name,
        namespace: offer.namespace,
        host: host.sourceHost,
        podLabels: host.labels,
        gatewayNamespace: this.fleet.istioNamespace,
      });
    }
  }

  /** What the gateway that passes a discovered Service through must know of it. */
  private atGateway(scope: Construct, offer: Offer): void {
    new DiscoveredServiceRule(scope, offer.name, {
      ...discovered(offer),
      name: `${offer.name}.${offer.from.name}`,
      namespace: offer.namespace,
      exportTo: [this.fleet.istioNamespace],
    });
  }

  private singleCluster(scope: Construct, offer: Offer, namespace: string): void {
    for (const { name, onlyCluster, sourceHost, consumerHost } of offer.hosts) {
      if (!onlyCluster) continue;
      new PartitionedServiceHost(scope, name, {
        ...remotePort(offer),
        host: consumerHost,
        service: sourceHost,
        clusterName: onlyCluster,
        namespace,
      });
    }
  }

  private consumed(offer: Offer, by: Cluster, callers: readonly ClusterNamespace[]): void {
    for (const namespace of new Set(callers.map(({ name }) => name))) {
      const id = `from-${offer.from.name}.${offer.namespace}.${offer.name}.in-${namespace}`;
      // callers of several clusters with one istiod share what is in their namespace
      if (this.node.tryFindChild(id)) continue;
      const scope = new Construct(this, id);
      if (offer.isDiscovered) {
        const name = `${offer.name}.${offer.namespace}.${offer.from.name}`;
        new DiscoveredServiceRule(scope, offer.name, { ...discovered(offer), name, namespace });
        this.singleCluster(scope, offer, namespace);
        continue;
      }
      for (const [index, host] of offer.hosts.entries()) {
        this.consumedHost(scope, offer, host, this.endpoints(offer, by, index), namespace);
      }
    }
  }

  private consumedHost(
    scope: Construct,
    offer: Offer,
    host: OfferedHost,
    endpoints: RemoteEndpoint[],
    namespace: string,
  ): void {
    new CrossClusterServiceEntry(scope, host.name, {
      ...remotePort(offer),
      idleTimeoutSeconds: offer.idleTimeoutSeconds,
      name: `${host.name}.${offer.namespace}.${offer.from.name}`,
      namespace,
      host: host.consumerHost,
      address: host.address,
      endpoints,
      mutualTls: offer.isMeshed,
      serverIdentity: offer.isMeshed ? offer.serverIdentity(this.fleet.trustDomainOf(offer.from)) : undefined,
      sourceSni: offer.isMeshed && host.consumerHost !== host.sourceHost ? host.sni : undefined,
    });
  }

  /** Where an offer's host is dialled from another cluster; a fleet that does not say it has been refused. */
  private endpoints(offer: Offer, by: Cluster, index: number): RemoteEndpoint[] {
    const { gatewayAddress = '', gatewayPort, nodeAddresses } = offer.from;
    if (offer.pathFrom(by) === 'eastWestGateway') return [{ address: gatewayAddress, port: gatewayPort }];
    const port = this.fleet.nodePortsOf(offer)[index];
    return nodeAddresses.map((address) => ({ address, port }));
  }
}

function discovered({ service, namespace, hosts, idleTimeoutSeconds }: Offer) {
  return {
    host: serviceHost(service, namespace),
    subsets: hosts.flatMap(({ onlyCluster }) => onlyCluster ?? []),
    idleTimeoutSeconds,
  };
}

function remotePort({ port, portName, protocol }: Offer) {
  return { port, portName, protocol };
}
