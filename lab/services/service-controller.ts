import { renameSync, writeFileSync } from 'node:fs';
import type { ApiClient } from '../kubernetes/client';
import type { EndpointSlice, Service } from '../kubernetes/objects';
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
  /** Names of the world outside every cluster. */
  readonly outside: () => Readonly<Record<string, readonly string[]>>;
  readonly onEvent: (message: string) => void;
}

/** Stands in for a cluster's kube-proxy, CoreDNS and cloud load balancer. */
export class ServiceController {
  private services: ReadonlyMap<string, Service> = new Map();
  private slices: ReadonlyMap<string, EndpointSlice> = new Map();
  private readonly balancers = new Map<string, string>();
  private readonly stopping = new AbortController();
  private following: Promise<unknown> = Promise.resolve();
  private pending = false;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly context: ServiceContext) {}

  start(): void {
    const { client } = this.context;
    const { signal } = this.stopping;
    this.following = Promise.all([
      client.follow<Service>('/api/v1/services', signal, (services) => {
        this.services = services;
        this.schedule();
      }),
      client.follow<EndpointSlice>('/apis/discovery.k8s.io/v1/endpointslices', signal, (slices) => {
        this.slices = slices;
        this.schedule();
      }),
    ]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
    await this.working;
  }

  /** Puts the present state into force again, after names outside changed. */
  schedule(): void {
    if (this.pending) return;
    this.pending = true;
    this.working = this.working.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      this.pending = false;
      if (!this.stopping.signal.aborted) await this.work();
    });
  }

  private async work(): Promise<void> {
    try {
      for (const [key, service] of this.services) await this.balance(key, service);
      const table = serviceTable(this.services.values(), this.slices.values(), (service) =>
        this.balancers.get(`${service.metadata.namespace}/${service.metadata.name}`),
      );
      const zone = JSON.stringify({ ...table.names, ...this.context.outside() });
      writeFileSync(`${this.context.zoneFile}.new`, zone);
      renameSync(`${this.context.zoneFile}.new`, this.context.zoneFile);
      await this.context.rules.forward(table.forwards);
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.context.onEvent(`services: ${(error as Error).message}`);
      setTimeout(() => this.schedule(), 500);
    }
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
