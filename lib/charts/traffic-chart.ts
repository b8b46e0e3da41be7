import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Cluster, ClusterNamespace } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import type { Offer, OfferedPod } from '../fleet/offer';
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
    for (const pod of offer.naming.isService ? [] : offer.pods) {
      new OfferedServiceEntry(scope, pod.name, {
        ...remoteHost(offer),
        name: pod.name,
        namespace,
        host: pod.sourceHost,
        podLabels: pod.labels,
        gatewayNamespace: this.fleet.istioNamespace,
      });
    }
    for (const { name, labels, pods } of offer.workloads) {
      new OfferedWorkloadPolicy(scope, `${name}-policy`, {
        name,
        namespace,
        podLabels: labels,
        port: offer.port,
        snis: pods.map(({ sni }) => sni),
        principals: offer.to.map((caller) => caller.principal(this.fleet.trustDomain)),
      });
    }
  }

  private consumed(offer: Offer, callers: readonly ClusterNamespace[]): void {
    for (const namespace of new Set(callers.map(({ name }) => name))) {
      const id = `from-${offer.from.name}-${offer.namespace}-${offer.name}-in-${namespace}`;
      const scope = new Construct(this, id);
      for (const pod of offer.pods) this.consumedPod(scope, offer, pod, namespace);
    }
  }

  private consumedPod(scope: Construct, offer: Offer, pod: OfferedPod, namespace: string): void {
    const { gatewayAddress, gatewayPort } = offer.from;
    new CrossClusterServiceEntry(scope, pod.name, {
      ...remoteHost(offer),
      name: `${pod.name}.${offer.namespace}.${offer.from.name}`,
      namespace,
      host: pod.consumerHost,
      // a fleet without one has been refused
      gatewayAddress: gatewayAddress as string,
      gatewayPort,
      serverIdentity: offer.serverIdentity(this.fleet.trustDomain),
      sourceSni: pod.consumerHost === pod.sourceHost ? undefined : pod.sni,
    });
  }
}

function remoteHost({ port, portName, protocol, idleTimeoutSeconds }: Offer) {
  return { port, portName, protocol, idleTimeoutSeconds };
}
