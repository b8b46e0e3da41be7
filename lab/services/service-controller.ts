import { renameSync, writeFileSync } from 'node:fs';
import type { ApiClient } from '../kubernetes/client';
import type { EndpointSlice, Service } from '../kubernetes/objects';
import { Reconciler } from '../kubernetes/reconciler';
import type { ClusterAddresses } from '../network/addresses';
import type { Network } from '../network/network';
import type { NodeRules } from '../network/node-rules';
import { type OuterAddress, serviceTable } from './service-table';

/** What the service controller works on. */
export interface ServiceContext {
  readonly client: ApiClient;
  readonly addresses: ClusterAddresses;
  readonly network: Network;
  readonly node: string;
  readonly rules: NodeRules;
  readonly zoneFile: string;
  /** Outer addresses that the fleet has already promised to Services of any type, by `namespace/name`. */
  readonly outerAddresses: Readonly<Record<string, OuterAddress>>;
  /** Names that the cluster's DNS does not have. */
  readonly outside: () => Readonly<Record<string, readonly string[]>>;
  readonly onEvent: (message: string) => void;
}

/** Stands in for a cluster's kube-proxy, CoreDNS and cloud load balancer. */
export class ServiceController {
  private readonly reconciler: Reconciler;
  private readonly services: () => ReadonlyMap<string, Service>;
  private readonly slices: () => ReadonlyMap<string, EndpointSlice>;
  private readonly outer = new Map<string, OuterAddress>();

  /** Begins at once. */
  constructor(private readonly context: ServiceContext) {
    const { client, onEvent } = context;
    this.reconciler = new Reconciler(
      client,
      () => this.work(),
      (message) => onEvent(`services: ${message}`),
    );
    this.services = this.reconciler.follow<Service>('/api/v1/services');
    this.slices = this.reconciler.follow<EndpointSlice>('/apis/discovery.k8s.io/v1/endpointslices');
  }

  stop(): Promise<void> {
    return this.reconciler.stop();
  }

  /** Writes the rules and names again, after names outside the cluster changed. */
  schedule(): void {
    this.reconciler.schedule();
  }

  private async work(): Promise<void> {
    for (const [key, service] of this.services()) await this.expose(key, service);
    const table = serviceTable(this.services().values(), this.slices().values(), (service) =>
      this.outer.get(`${service.metadata.namespace}/${service.metadata.name}`),
    );
    const zone = JSON.stringify({ ...table.names, ...this.context.outside() });
    writeFileSync(`${this.context.zoneFile}.new`, zone);
    renameSync(`${this.context.zoneFile}.new`, this.context.zoneFile);
    await this.context.rules.forward(table.forwards);
  }

  /**
   * Gives a Service its outer address. A cloud gives one to a LoadBalancer; to a Service of another type somebody maps the
   * one that the fleet names, such as a load balancer before the nodes.
   */
  private async expose(key: string, service: Service): Promise<void> {
    const { network, node, addresses, outerAddresses, client } = this.context;
    const isBalanced = service.spec.type === 'LoadBalancer';
    const promised = outerAddresses[key];
    if (this.outer.has(key) || !(isBalanced || promised)) return;
    const asked = service.spec.loadBalancerIP ?? service.metadata.annotations?.['metallb.io/loadBalancerIPs'];
    const given = promised ?? { address: asked ?? addresses.loadBalancer() };
    const { address } = given;
    await network.addAddress(node, address);
    this.outer.set(key, given);
    if (!isBalanced) return;
    const { namespace, name } = service.metadata;
    const status = { loadBalancer: { ingress: [{ ip: address }] } };
    await client.merge(`/api/v1/namespaces/${namespace}/services/${name}/status`, { status });
  }
}
