import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Cluster, ClusterNamespace } from '../fleet/cluster';
import { serviceHost } from '../fleet/dns';
import type { Fleet } from '../fleet/fleet';
import type { Offer } from '../fleet/offer';
import type { OfferedHost } from '../fleet/offer-kinds';
import { CrossClusterServiceEntry, type RemoteEndpoint } from '../mesh/cross-cluster-service-entry';
import { DiscoveredService } from '../mesh/discovered-service';
import { NodePortService } from '../mesh/node-port-service';
import { OfferedServiceEntry } from '../mesh/offered-service-entry';
import { OfferedWorkloadPolicy } from '../mesh/offered-workload-policy';
import { SingleClusterService } from '../mesh/single-cluster-service';
import { Stage } from './stage';

/** Both halves of the offers that touch a cluster: what it lets others dial, and what its own pods may dial elsewhere. */
export class TrafficChart extends Chart {
  constructor(
    scope: Construct,
    private readonly fleet: Fleet,
    cluster: Cluster,
  ) {
    super(scope, Stage.TRAFFIC);
    for (const offer of fleet.offersFrom(cluster)) this.offered(offer);
    for (const { offer, callers } of fleet.offersTo(cluster)) this.consumed(offer, cluster, callers);
  }

  private offered(offer: Offer): void {
    const scope = new Construct(this, `offered-${offer.namespace}-${offer.name}`);
    if (offer.isDiscovered) this.discovered(scope, offer, offer.namespace, [this.fleet.istioNamespace]);
    if (offer.takes('eastWestGateway') && !offer.isService) this.gatewayEntries(scope, offer);
    if (offer.takes('nodePort')) this.nodePorts(scope, offer);
    if (offer.isMeshed) this.policies(scope, offer);
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

  private nodePorts(scope: Construct, offer: Offer): void {
    const ports = this.fleet.nodePortsOf(offer);
    for (const [index, host] of offer.hosts.entries()) {
      const name = `${host.name}-nodeport`;
      new NodePortService(scope, name, {
        ...remotePort(offer),
        name,
        namespace: offer.namespace,
        podLabels: host.labels,
        nodePort: ports[index] as number,
      });
    }
  }

  private discovered(scope: Construct, offer: Offer, namespace: string, exportTo?: string[]): void {
    const { name, service, idleTimeoutSeconds } = offer;
    new DiscoveredService(scope, name, {
      name: `${name}.${offer.namespace}.${offer.from.name}`,
      host: serviceHost(service, offer.namespace),
      subsets: offer.hosts.flatMap(({ onlyCluster }) => onlyCluster ?? []),
      ...{ namespace, exportTo, idleTimeoutSeconds },
    });
  }

  private singleCluster(scope: Construct, offer: Offer, namespace: string): void {
    for (const { name, onlyCluster, sourceHost, consumerHost } of offer.hosts) {
      if (!onlyCluster) continue;
      new SingleClusterService(scope, name, {
        ...remotePort(offer),
        host: consumerHost,
        service: sourceHost,
        clusterName: onlyCluster,
        namespace,
      });
    }
  }

  private policies(scope: Construct, offer: Offer): void {
    const callers = offer.to.map((caller) => caller.principal(this.fleet.trustDomain));
    // what discovery shows has the same SNI for all, inside the cluster too
    const local = offer.localNamespaces.map((name) =>
      offer.from.namespace(name).principal(this.fleet.trustDomain),
    );
    for (const { name, labels, hosts } of offer.workloads) {
      new OfferedWorkloadPolicy(scope, `${name}-policy`, {
        name,
        namespace: offer.namespace,
        podLabels: labels,
        port: offer.port,
        snis: offer.isDiscovered ? undefined : hosts.map(({ sni }) => sni),
        // a principal does not say in which cluster it is
        principals: [...new Set(offer.isDiscovered ? [...callers, ...local] : callers)],
      });
    }
  }

  private consumed(offer: Offer, by: Cluster, callers: readonly ClusterNamespace[]): void {
    for (const namespace of new Set(callers.map(({ name }) => name))) {
      const id = `from-${offer.from.name}-${offer.namespace}-${offer.name}-in-${namespace}`;
      const scope = new Construct(this, id);
      if (offer.isDiscovered) {
        this.discovered(scope, offer, namespace);
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
      serverIdentity: offer.isMeshed ? offer.serverIdentity(this.fleet.trustDomain) : undefined,
      sourceSni: offer.isMeshed && host.consumerHost !== host.sourceHost ? host.sni : undefined,
    });
  }

  /** Where an offer's host is dialled from another cluster; a fleet that does not say it has been refused. */
  private endpoints(offer: Offer, by: Cluster, index: number): RemoteEndpoint[] {
    const { gatewayAddress = '', gatewayPort, nodeAddresses } = offer.from;
    if (offer.routeFrom(by) === 'eastWestGateway') return [{ address: gatewayAddress, port: gatewayPort }];
    const port = this.fleet.nodePortsOf(offer)[index];
    return nodeAddresses.map((address) => ({ address, port }));
  }
}

function remotePort({ port, portName, protocol }: Offer) {
  return { port, portName, protocol };
}
