import { LabError } from '../errors';

/** At most this many clusters in one lab: each takes a /16 of 10.0.0.0/8 for its pods. */
const MOST_CLUSTERS = 20;

/**
 * The addresses of one cluster, fixed by its place in the fleet. They only mean something inside the lab's own
 * network namespaces, so that every lab uses the same ones.
 */
export class ClusterAddresses {
  private nextPod = 0;
  private nextLoadBalancer = 0;

  constructor(readonly index: number) {
    if (!Number.isInteger(index) || index < 0 || index >= MOST_CLUSTERS) {
      throw new LabError(`a lab has room for ${MOST_CLUSTERS} clusters; take some out of the fleet`);
    }
  }

  /** The node's address on the pods' network; the API server and the name server listen there. */
  get node(): string {
    return `10.${this.second}.0.1`;
  }

  get podRange(): string {
    return `10.${this.second}.0.0/16`;
  }

  get serviceRange(): string {
    return `10.${this.second + 5}.0.0/16`;
  }

  /** The address of the Service `kubernetes.default`: the API server takes the first of its range. */
  get kubernetesService(): string {
    return `10.${this.second + 5}.0.1`;
  }

  /** The node's address on the inter-cluster network: the API server, node ports, and what pods' traffic is seen from. */
  get interClusterAddress(): string {
    return `172.24.${this.index}.1`;
  }

  /** An address for a new pod; not used again soon, so that a pod that comes back has another one. */
  pod(): string {
    const number = this.nextPod++ % (250 * 250);
    return `10.${this.second}.${1 + Math.floor(number / 250)}.${1 + (number % 250)}`;
  }

  /** An address on the inter-cluster network for a Service of type LoadBalancer that asks for none. */
  loadBalancer(): string {
    return `172.24.${this.index}.${100 + (this.nextLoadBalancer++ % 150)}`;
  }

  private get second(): number {
    return 10 * (this.index + 1);
  }
}
