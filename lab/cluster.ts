import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { ControlPlane } from './control-plane/control-plane';
import { ClusterPods, type ExecOptions } from './kubelet/cluster-pods';
import type { PodImagePrograms } from './kubelet/images';
import { Kubelet } from './kubelet/kubelet';
import type { ApiClient } from './kubernetes/client';
import { Kubectl } from './kubernetes/kubectl';
import { ClusterAddresses } from './network/addresses';
import { inside, ip, namespaceName } from './network/namespaces';
import type { Network } from './network/network';
import { NodeRules } from './network/node-rules';
import { enforcePolicies } from './services/policy-controller';
import { ServiceController } from './services/service-controller';
import type { OuterAddress } from './services/service-table';
import { attempt, type Outcome, start } from './shell';

/** What the lab must know of a cluster before it starts. */
export interface ClusterOptions {
  readonly name: string;
  /** Outer addresses of Services, by `namespace/name`. @default - from the lab's own range, for those of type LoadBalancer */
  readonly outerAddresses?: Readonly<Record<string, OuterAddress>>;
  /**
   * Pods of clusters on one network reach one another by their own addresses.
   * @default - isolated from all others
   */
  readonly network?: string;
  /** The address that the cluster's packets come from, by the address that they go to. @default - the node's own */
  readonly sources?: Readonly<Record<string, string>>;
  /** Further addresses of the cluster's node, for fleets that name their nodes. */
  readonly nodes?: readonly string[];
  /** Names under which others reach the API server. They resolve to the node, and its certificate has them. */
  readonly apiServerNames?: readonly string[];
  /** Where others reach the API server, if not at 6443: the address is the interconnect's for a name. */
  readonly apiServerAt?: { readonly address?: string; readonly port: number };
}

/** What a lab gives each of its clusters. */
export interface ClusterContext {
  readonly lab: string;
  readonly index: number;
  readonly folder: string;
  readonly network: Network;
  readonly podImages: PodImagePrograms & { readonly dns: string };
  readonly outside: () => Readonly<Record<string, readonly string[]>>;
  readonly onEvent: (message: string) => void;
}

/** One cluster of a running lab: its control plane, node and pods. */
export class LabCluster {
  readonly name: string;
  readonly addresses: ClusterAddresses;
  readonly folder: string;
  /** The network namespace of the node. */
  readonly node: string;
  readonly controlPlane: ControlPlane;
  readonly client: ApiClient;
  readonly kubectl: Kubectl;
  readonly pods: ClusterPods;
  /** The node's rules, which also count what comes from other clusters. */
  readonly rules: NodeRules;
  private readonly kubelet: Kubelet;
  private services?: ServiceController;
  private stopPolicies?: () => Promise<void>;

  constructor(
    private readonly options: ClusterOptions,
    private readonly context: ClusterContext,
  ) {
    const { name, nodes = [], apiServerNames = [] } = options;
    const { lab, network, podImages } = context;
    const addresses = new ClusterAddresses(context.index);
    const folder = join(context.folder, name);
    const node = namespaceName(lab, `${name}-node`);
    this.name = name;
    this.addresses = addresses;
    this.folder = folder;
    this.node = node;
    this.rules = new NodeRules(node);
    this.controlPlane = new ControlPlane(name, node, addresses, folder, [...apiServerNames, ...nodes]);
    this.client = this.controlPlane.client;
    this.kubectl = new Kubectl(name, node, this.controlPlane.kubeconfigFile);
    this.kubelet = new Kubelet({
      ...{ lab, cluster: name, nodeName: `${name}-node`, addresses, network, podImages, folder },
      ...{ client: this.client, onEvent: this.onEvent },
    });
    this.pods = new ClusterPods(name, this.client, this.kubelet, join(folder, 'pods'));
  }

  async start(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    await this.startNode();
    await this.controlPlane.start();
    const { client, addresses, node, rules, onEvent } = this;
    const zoneFile = join(this.folder, 'zone.json');
    this.services = new ServiceController({
      ...{ client, addresses, network: this.context.network, node, rules, zoneFile, onEvent },
      outerAddresses: this.options.outerAddresses ?? {},
      outside: this.context.outside,
    });
    this.stopPolicies = enforcePolicies({ client, rules, onEvent });
    this.startNameServer(zoneFile);
    await this.kubelet.start();
  }

  async stop(): Promise<void> {
    this.client.close();
    await Promise.all([this.kubelet.stop(), this.services?.stop(), this.stopPolicies?.()]);
  }

  get network(): string | undefined {
    return this.options.network;
  }

  /** Routes this cluster's pods to another's; the other routes the way back. */
  async routeTo(other: LabCluster): Promise<void> {
    await ip(this.node, [
      `route replace ${other.addresses.podRange} via ${other.addresses.interClusterAddress}`,
    ]);
    await this.rules.join(other.addresses.podRange);
  }

  /** Tells the name server that names outside the clusters changed. */
  refreshNames(): void {
    this.services?.schedule();
  }

  /** Runs a program of the machine on the cluster's node: outside every pod, and outside the mesh. */
  onNode(argv: readonly string[], options?: ExecOptions): Promise<Outcome> {
    return attempt([...inside(this.node), ...argv], options);
  }

  private async startNode(): Promise<void> {
    const { network } = this.context;
    await network.createNode(this.name, this.addresses);
    for (const address of this.options.nodes ?? []) await network.addAddress(this.node, address);
    await this.rules.create();
    for (const [destination, source] of Object.entries(this.options.sources ?? {})) {
      await network.addAddress(this.node, source);
      await this.rules.addSnat(source, destination);
    }
    const { apiServerAt } = this.options;
    if (!apiServerAt) return;
    const { address = this.addresses.interClusterAddress, port } = apiServerAt;
    await this.rules.map(address, port, { address: this.addresses.node, port: 6443 });
  }

  private startNameServer(zoneFile: string): void {
    const log = openSync(join(this.folder, 'logs', 'dns.log'), 'a');
    const argv = [process.execPath, this.context.podImages.dns, zoneFile, this.addresses.node];
    start([...inside(this.node), ...argv], { stdio: ['ignore', log, log] });
  }

  private readonly onEvent = (message: string) => this.context.onEvent(`${this.name}: ${message}`);
}
