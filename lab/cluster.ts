import { mkdirSync, openSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ControlPlane } from './control-plane/control-plane';
import { LabError } from './errors';
import type { GuestPrograms } from './kubelet/images';
import { Kubelet } from './kubelet/kubelet';
import type { PodRunner } from './kubelet/pod-runner';
import type { ApiClient } from './kubernetes/client';
import type { KubeList, Pod } from './kubernetes/objects';
import { ClusterAddresses } from './network/addresses';
import { inside, ip } from './network/namespaces';
import type { Network } from './network/network';
import { NodeRules } from './network/node-rules';
import { program } from './programs/cache';
import { debianRoot } from './programs/debian-root';
import { MYSQL } from './programs/versions';
import { retry } from './retry';
import { enforcePolicies } from './services/policy-controller';
import { ServiceController } from './services/service-controller';
import type { OuterAddress } from './services/service-table';
import { attempt, type Outcome, run, start } from './shell';

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
  readonly guests: GuestPrograms & { readonly dns: string };
  readonly outside: () => Readonly<Record<string, readonly string[]>>;
  readonly onEvent: (message: string) => void;
}

/** How a command inside a pod is run. */
export interface ExecOptions {
  readonly timeoutMs?: number;
  readonly input?: string;
}

/** Conflicts are an error: whoever applies a fleet's YAML shares its fields with nobody. */
const APPLY = ['apply', '--server-side', '--field-manager=eastwest'];

/** One cluster of a running lab. */
export class LabCluster {
  readonly name: string;
  readonly addresses: ClusterAddresses;
  readonly folder: string;
  node = '';
  private controlPlaneOrNone?: ControlPlane;
  private kubelet?: Kubelet;
  private services?: ServiceController;
  private stopPolicies?: () => Promise<void>;
  private rulesOrNone?: NodeRules;

  constructor(
    private readonly options: ClusterOptions,
    private readonly context: ClusterContext,
  ) {
    this.name = options.name;
    this.addresses = new ClusterAddresses(context.index);
    this.folder = join(context.folder, options.name);
  }

  async start(): Promise<void> {
    const { network, lab, guests } = this.context;
    mkdirSync(this.folder, { recursive: true });
    this.node = await network.createNode(this.name, this.addresses);
    for (const address of this.options.nodes ?? []) await network.addAddress(this.node, address);
    this.rulesOrNone = new NodeRules(this.node);
    await this.rules.create();
    for (const [destination, source] of Object.entries(this.options.sources ?? {})) {
      await network.addAddress(this.node, source);
      await this.rules.comeFrom(source, destination);
    }
    const { apiServerAt } = this.options;
    if (apiServerAt) {
      const { address = this.addresses.interconnect, port } = apiServerAt;
      await this.rules.map(address, port, { address: this.addresses.node, port: 6443 });
    }
    const apiNames = [...(this.options.apiServerNames ?? []), ...(this.options.nodes ?? [])];
    this.controlPlaneOrNone = new ControlPlane(this.name, this.node, this.addresses, this.folder, apiNames);
    await this.controlPlane.start();
    const onEvent = (message: string) => this.context.onEvent(`${this.name}: ${message}`);
    const { client } = this.controlPlane;
    const { addresses, folder } = this;
    const zoneFile = join(folder, 'zone.json');
    this.services = new ServiceController({
      ...{ client, addresses, network, node: this.node, rules: this.rules, zoneFile, onEvent },
      outerAddresses: this.options.outerAddresses ?? {},
      outside: this.context.outside,
    });
    this.stopPolicies = enforcePolicies({ client, rules: this.rules, onEvent });
    this.startNameServer(zoneFile);
    const nodeName = `${this.name}-node`;
    this.kubelet = new Kubelet({
      lab,
      cluster: this.name,
      nodeName,
      addresses,
      network,
      client,
      guests,
      folder,
      onEvent,
    });
    await this.kubelet.start();
  }

  /** Opens the way from this cluster's pods to another's; the other opens the way back. */
  async routeTo(other: LabCluster): Promise<void> {
    await ip(this.node, [`route replace ${other.addresses.podRange} via ${other.addresses.interconnect}`]);
    await this.rules.join(other.addresses.podRange);
  }

  /** A PATH on which the cluster's own kubectl comes first. */
  get programPath(): string {
    return `${dirname(program('kubectl'))}:${process.env.PATH ?? ''}`;
  }

  get network(): string | undefined {
    return this.options.network;
  }

  async stop(): Promise<void> {
    this.controlPlaneOrNone?.client.close();
    await Promise.all([this.kubelet?.stop(), this.services?.stop(), this.stopPolicies?.()]);
  }

  get client(): ApiClient {
    return this.controlPlane.client;
  }

  get controlPlane(): ControlPlane {
    if (!this.controlPlaneOrNone) throw new LabError(`cluster ${this.name} has not started`);
    return this.controlPlaneOrNone;
  }

  /** What crosses the interconnect into this cluster. */
  get rules(): NodeRules {
    if (!this.rulesOrNone) throw new LabError(`cluster ${this.name} has not started`);
    return this.rulesOrNone;
  }

  /** Tells the name server that names outside the clusters changed. */
  refreshNames(): void {
    this.services?.schedule();
  }

  kubectl(args: readonly string[], options: ExecOptions = {}): Promise<string> {
    return run(this.kubectlCommand(args), options);
  }

  /** As kubectl, for commands that are expected to fail. */
  tryKubectl(args: readonly string[], options: ExecOptions = {}): Promise<Outcome> {
    return attempt(this.kubectlCommand(args), options);
  }

  /** Applies a file, or a folder's files in the order of their names: the order that a user applies them in. */
  async apply(path: string): Promise<string> {
    return this.applyWith(['-f', path]);
  }

  /** Applies YAML or JSON text. */
  async applyText(text: string): Promise<string> {
    return this.applyWith(['-f', '-'], text);
  }

  /** Each file of a folder by itself, in order, so that a refusal names its file. */
  async applyFolder(folder: string, only = /./): Promise<void> {
    const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file) && only.test(file));
    if (files.length === 0) throw new LabError(`${folder} has no YAML; run npm run synth first`);
    for (const file of files.sort()) {
      const { code, stderr } = await this.tryKubectl([...APPLY, '-f', join(folder, file)]);
      if (code !== 0)
        throw new LabError(`${this.name}: the API server refuses ${join(folder, file)}:\n${stderr.trim()}`);
    }
  }

  /** Waits until every pod of the namespace is ready, and there are at least so many. */
  async waitReady(namespace: string, options: { atLeast?: number; timeoutMs?: number } = {}): Promise<void> {
    const { atLeast = 1, timeoutMs = 90_000 } = options;
    const look = async () => {
      const { items } = await this.client.get<KubeList<Pod>>(`/api/v1/namespaces/${namespace}/pods`);
      const unready = items.filter((pod) => !isReady(pod)).map((pod) => pod.metadata.name);
      return { count: items.length, unready };
    };
    const { ok, value } = await retry(look, {
      until: ({ count, unready }) => count >= atLeast && unready.length === 0,
      timeoutMs,
      pauseMs: 200,
    });
    if (ok) return;
    const { count, unready } = value;
    const what =
      unready.length > 0 ? `not ready: ${unready.join(', ')}` : `${count} of ${atLeast} pods exist`;
    throw new LabError(
      `${this.name}: after ${timeoutMs / 1000} s in ${namespace}, ${what}; logs are in ${this.folder}/pods`,
    );
  }

  /** Waits until one pod is ready. */
  async waitPodReady(namespace: string, name: string, timeoutMs = 60_000): Promise<void> {
    const find = () => this.client.find<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
    const { ok } = await retry(find, {
      until: (pod) => pod !== undefined && isReady(pod),
      timeoutMs,
      pauseMs: 150,
    });
    if (!ok) {
      throw new LabError(
        `${this.name}: pod ${namespace}/${name} is not ready after ${timeoutMs / 1000} s; logs are in ${this.folder}/pods`,
      );
    }
  }

  /** A pod's runner: its addresses, logs, and commands in it. */
  pod(namespace: string, name: string): PodRunner {
    const runner = this.kubelet?.runner(namespace, name);
    if (!runner) throw new LabError(`${this.name}: no pod ${namespace}/${name} runs`);
    return runner;
  }

  get pods(): readonly PodRunner[] {
    return this.kubelet?.all ?? [];
  }

  /** Runs a command inside a container. */
  exec(
    namespace: string,
    pod: string,
    container: string,
    argv: readonly string[],
    options?: ExecOptions,
  ): Promise<Outcome> {
    return this.pod(namespace, pod).exec(container, argv, options);
  }

  /** Runs a program of the machine (curl, say) in a pod's network, with the pod's resolv.conf. */
  inPod(namespace: string, pod: string, argv: readonly string[], options?: ExecOptions): Promise<Outcome> {
    return this.pod(namespace, pod).debug('/', argv, options);
  }

  /** Runs a program of the machine in a pod's network, with the machine's own files and names. */
  inPodNetwork(
    namespace: string,
    pod: string,
    argv: readonly string[],
    options?: ExecOptions,
  ): Promise<Outcome> {
    return attempt([...inside(this.pod(namespace, pod).namespace), ...argv], options);
  }

  /** Runs a program of the machine on the cluster's node: outside every pod, and outside the mesh. */
  onNode(argv: readonly string[], options?: ExecOptions): Promise<Outcome> {
    return attempt([...inside(this.node), ...argv], options);
  }

  /** Runs a MySQL client in a pod's network. */
  mysql(namespace: string, pod: string, args: readonly string[], options?: ExecOptions): Promise<Outcome> {
    return this.pod(namespace, pod).debug(
      debianRoot(MYSQL),
      ['/usr/bin/mysql', '--no-defaults', ...args],
      options,
    );
  }

  /** What a pod's Envoy says at a path of its admin port: config_dump, clusters, stats. */
  async proxyConfig(namespace: string, pod: string, path = 'config_dump'): Promise<string> {
    const url = `http://127.0.0.1:15000/${path}`;
    const { stdout, code } = await this.inPodNetwork(namespace, pod, ['curl', '-s', '-m', '10', url]);
    if (code !== 0) throw new LabError(`${this.name}: the proxy of ${namespace}/${pod} does not answer`);
    return stdout;
  }

  /** Deletes a pod and waits until it is gone; a controller may make another of the same name. */
  async deletePod(namespace: string, name: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const uidNow = async () => (await this.client.find<Pod>(path))?.metadata.uid;
    const uid = await uidNow();
    await this.client.delete(path);
    if (uid === undefined) return;
    const { ok } = await retry(uidNow, { until: (now) => now !== uid, timeoutMs: 30_000, pauseMs: 100 });
    if (!ok) throw new LabError(`${this.name}: pod ${namespace}/${name} does not go away`);
  }

  /** Makes a namespace unless it is there. */
  async ensureNamespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.client.apply(`/api/v1/namespaces/${name}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
  }

  /** Makes a secret that the fleet's YAML only refers to. */
  async applySecret(
    namespace: string,
    name: string,
    data: Readonly<Record<string, string>>,
    extra: object = {},
  ): Promise<void> {
    await this.client.apply(`/api/v1/namespaces/${namespace}/secrets/${name}`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, ...extra },
      data: Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    });
  }

  private kubectlCommand(args: readonly string[]): string[] {
    return [
      ...inside(this.node),
      program('kubectl'),
      '--kubeconfig',
      this.controlPlane.kubeconfigFile,
      ...args,
    ];
  }

  private applyWith(args: readonly string[], input?: string): Promise<string> {
    return this.kubectl([...APPLY, ...args], { input });
  }

  private startNameServer(zoneFile: string): void {
    const log = openSync(join(this.folder, 'logs', 'dns.log'), 'a');
    const argv = [process.execPath, this.context.guests.dns, zoneFile, this.addresses.node];
    start([...inside(this.node), ...argv], { stdio: ['ignore', log, log] });
  }
}

function isReady(pod: Pod): boolean {
  const { phase, conditions } = pod.status ?? {};
  if (phase === 'Succeeded') return true;
  return (
    !pod.metadata.deletionTimestamp &&
    (conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}
