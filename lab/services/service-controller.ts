import { renameSync, writeFileSync } from 'node:fs';
import type { ApiClient } from '../kubernetes/client';
import type { EndpointSlice, Service } from '../kubernetes/objects';
import { Reconciler } from '../kubernetes/reconciler';
import type { ClusterAddresses } from '../network/addresses';
import type { Network } from '../network/network';
import type { NodeRules } from '../network/node-rules';
import { serviceTable } from './service-table';

/** What the service controller works on. */
export interface ServiceContext {
  readonly client: ApiClient;
  readonly addresses: ClusterAddresses;
  readonly network: Network;
  readonly node: string;
  readonly rules: NodeRules;
  readonly zoneFile: string;
  /** Addresses that the fleet has already promised to Services, by `namespace/name`. */
  readonly loadBalancers: Readonly<Record<string, string>>;
  /** Names that the cluster's DNS does not have. */
  readonly outside: () => Readonly<Record<string, readonly string[]>>;
  readonly onEvent: (message: string) => void;
}

/** Stands in for a cluster's kube-proxy, CoreDNS and cloud load balancer. */
export class ServiceController {
  private readonly reconciler: Reconciler;
  private readonly services: () => ReadonlyMap<string, Service>;
  private readonly slices: () => ReadonlyMap<string, EndpointSlice>;
  private readonly balancers = new Map<string, string>();

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
    for (const [key, service] of this.services()) await this.balance(key, service);
    const table = serviceTable(this.services().values(), this.slices().values(), (service) =>
      this.balancers.get(`${service.metadata.namespace}/${service.metadata.name}`),
    );
    const zone = JSON.stringify({ ...table.names, ...this.context.outside() });
    writeFileSync(`${this.context.zoneFile}.new`, zone);
    renameSync(`${this.context.zoneFile}.new`, this.context.zoneFile);
    await this.context.rules.forward(table.forwards);
  }

  private async balance(key: string, service: Service): Promise<void> {
    if (service.spec.type !== 'LoadBalancer' || this.balancers.has(key)) return;
    const { network, node, addresses, loadBalancers, client } = this.context;
    const asked = service.spec.loadBalancerIP ?? service.metadata.annotations?.['metallb.io/loadBalancerIPs'];
    const address = loadBalancers[key] ?? asked ?? addresses.loadBalancer();
    await network.addAddress(node, address);
    this.balancers.set(key, address);
    const { namespace, name } = service.metadata;
    const status = { loadBalancer: { ingress: [{ ip: address }] } };
    await client.merge(`/api/v1/namespaces/${namespace}/services/${name}/status`, { status });
  }
}
