import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Cluster, ClusterNamespace } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import type { Offer, OfferedHost } from '../fleet/offer';
import { CrossClusterServiceEntry } from '../mesh/cross-cluster-service-entry';
import { OfferedServiceEntry } from '../mesh/offered-service-entry';
import { OfferedWorkloadPolicy } from '../mesh/offered-workload-policy';
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
    for (const { offer, callers } of fleet.offersTo(cluster)) this.consumed(offer, callers);
  }

  private offered(offer: Offer): void {
    const scope = new Construct(this, `offered-${offer.namespace}-${offer.name}`);
    const { namespace } = offer;
    for (const host of offer.naming.isService ? [] : offer.hosts) {
      new OfferedServiceEntry(scope, host.name, {
        ...remoteHost(offer),
        name: host.name,
        namespace,
        host: host.sourceHost,
        podLabels: host.labels,
        gatewayNamespace: this.fleet.istioNamespace,
      });
    }
    for (const { name, labels, hosts } of offer.workloads) {
      new OfferedWorkloadPolicy(scope, `${name}-policy`, {
        name,
        namespace,
        podLabels: labels,
        port: offer.port,
        snis: hosts.map(({ sni }) => sni),
        principals: offer.to.map((caller) => caller.principal(this.fleet.trustDomain)),
      });
    }
  }

  private consumed(offer: Offer, callers: readonly ClusterNamespace[]): void {
    for (const namespace of new Set(callers.map(({ name }) => name))) {
      const id = `from-${offer.from.name}-${offer.namespace}-${offer.name}-in-${namespace}`;
      const scope = new Construct(this, id);
      for (const host of offer.hosts) this.consumedHost(scope, offer, host, namespace);
    }
  }

  private consumedHost(scope: Construct, offer: Offer, host: OfferedHost, namespace: string): void {
    const { gatewayAddress, gatewayPort } = offer.from;
    new CrossClusterServiceEntry(scope, host.name, {
      ...remoteHost(offer),
      name: `${host.name}.${offer.namespace}.${offer.from.name}`,
      namespace,
      host: host.consumerHost,
      // a fleet without one has been refused
      gatewayAddress: gatewayAddress as string,
      gatewayPort,
      serverIdentity: offer.serverIdentity(this.fleet.trustDomain),
      sourceSni: host.consumerHost === host.sourceHost ? undefined : host.sni,
    });
  }
}

function remoteHost({ port, portName, protocol, idleTimeoutSeconds }: Offer) {
  return { port, portName, protocol, idleTimeoutSeconds };
}
