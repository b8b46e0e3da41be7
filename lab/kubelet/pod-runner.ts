import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../kubernetes/client';
import type { Container, Pod } from '../kubernetes/objects';
import type { ClusterAddresses } from '../network/addresses';
import { deleteNamespaces, endProcesses, namespaceName } from '../network/namespaces';
import { type Network, sysctl } from '../network/network';
import { attempt, type Outcome } from '../shell';
import { besidePod, type ContainerPlan, ContainerProcess } from './container-process';
import { environment, expand, NotYet } from './environment';
import type { Surroundings } from './fields';
import { type GuestPrograms, type Program, programFor } from './images';
import { listens, succeeds } from './probe';
import type { Bind } from './root-folder';
import { podStatus } from './status';
import { Volumes } from './volumes';

/** A kubelet takes up to a minute; nothing here is proven by waiting. */
const REFRESH = 10_000;

/** What all pods of a cluster share. */
export interface NodeContext {
  readonly lab: string;
  readonly cluster: string;
  readonly nodeName: string;
  readonly addresses: ClusterAddresses;
  readonly network: Network;
  readonly client: ApiClient;
  readonly guests: GuestPrograms;
  /** The folder for pods' files and logs. */
  readonly folder: string;
  readonly onEvent: (message: string) => void;
}

/** Runs one pod from its binding to its end. */
export class PodRunner {
  readonly namespace: string;
  readonly address: string;
  readonly folder: string;
  private readonly processes = new Map<string, ContainerProcess>();
  private readonly programs = new Map<string, Program>();
  private readonly ready = new Set<string>();
  private readonly stopping = new AbortController();
  private volumes: ReadonlyMap<string, string> = new Map();
  private debugCount = 0;
  private reporting: Promise<void> = Promise.resolve();

  constructor(
    readonly pod: Pod,
    private readonly context: NodeContext,
  ) {
    const { name, namespace, uid } = pod.metadata;
    this.address = context.addresses.pod();
    this.namespace = namespaceName(context.lab, `${context.cluster}-${namespace}.${name}-${uid.slice(0, 5)}`);
    this.folder = join(context.folder, 'pods', `${namespace}.${name}-${uid.slice(0, 5)}`);
  }

  /** Starts the pod and keeps it running until it ends or is stopped. */
  async run(): Promise<void> {
    try {
      await this.prepare();
      for (const container of this.pod.spec.initContainers ?? []) await this.runInit(container);
      await Promise.all(this.pod.spec.containers.map((container) => this.startContainer(container)));
      await this.report();
      await Promise.all(this.pod.spec.containers.map((container) => this.keep(container)));
    } catch (error) {
      if (!this.stopping.signal.aborted) this.context.onEvent(`${this.name}: ${(error as Error).message}`);
    }
  }

  /** Stops looking after the pod: what ends from here on is not started again. */
  abandon(): void {
    this.stopping.abort();
  }

  /** Ends the pod's processes and takes its network away. */
  async stop(): Promise<void> {
    this.abandon();
    await endProcesses([this.namespace]);
    await deleteNamespaces([this.namespace]);
    rmSync(join(this.folder, 'volumes'), { recursive: true, force: true });
  }

  /** Runs a command inside a container, as kubectl exec would. */
  async exec(
    container: string,
    argv: readonly string[],
    options?: { timeoutMs?: number; input?: string },
  ): Promise<Outcome> {
    const process_ = this.processes.get(container);
    const id = process_?.id;
    if (!process_ || id === undefined)
      return { code: 126, stdout: '', stderr: `container ${container} does not run` };
    const enter = ['nsenter', '-t', String(id), '-n', '-m', '-u', '-r', '-w', '--'];
    const env = { PATH: process.env.PATH, ...process_.plan.env };
    return attempt([...enter, ...argv], { env, ...options });
  }

  /** Runs a command in the pod's network with another file system, as an ephemeral debug container would. */
  async debug(
    base: string,
    argv: readonly string[],
    options?: { timeoutMs?: number; input?: string },
  ): Promise<Outcome> {
    const folder = join(this.folder, 'debug', String(this.debugCount++));
    mkdirSync(folder, { recursive: true });
    const beside = besidePod({ ...this.plan('debug', base, 0, 0, []), folder, argv, env: {} });
    return attempt(beside.argv, { env: beside.env, ...options });
  }

  logFile(container: string): string {
    return join(this.folder, `${container}.log`);
  }

  private get name(): string {
    return `${this.pod.metadata.namespace}/${this.pod.metadata.name}`;
  }

  private get surroundings(): Surroundings {
    const { addresses, nodeName } = this.context;
    return { podAddress: this.address, nodeAddress: addresses.interconnect, nodeName };
  }

  /** Until the pod ends; what cannot be read now is read the next time. */
  private async refresh(volumes: Volumes): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await sleep(REFRESH, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await volumes.refresh().catch(() => undefined);
    }
  }

  private async prepare(): Promise<void> {
    const { network, addresses, client, folder } = this.context;
    mkdirSync(this.folder, { recursive: true });
    await network.createPod(this.namespace, addresses, this.address);
    const sysctls = this.pod.spec.securityContext?.sysctls ?? [];
    if (sysctls.length > 0) {
      await sysctl(
        this.namespace,
        Object.fromEntries(sysctls.map(({ name, value }) => [name.replaceAll('.', '/'), value])),
      );
    }
    this.writeNameFiles();
    const claims = join(folder, 'claims', this.pod.metadata.namespace ?? 'default');
    const volumes = new Volumes(this.pod, this.surroundings, client, join(this.folder, 'volumes'), claims);
    // The status gets the address before anything runs: agents and controllers look it up.
    await this.report();
    this.volumes = await this.patiently(() => volumes.fill());
    void this.refresh(volumes);
  }

  private writeNameFiles(): void {
    const namespace = this.pod.metadata.namespace;
    const { hostname = this.pod.metadata.name, subdomain, hostAliases = [] } = this.pod.spec;
    const full = subdomain ? [`${hostname}.${subdomain}.${namespace}.svc.cluster.local`] : [];
    const lines = [
      '127.0.0.1 localhost',
      '::1 localhost',
      `${this.address} ${[...full, hostname].join(' ')}`,
      ...hostAliases.map(({ ip, hostnames = [] }) => `${ip} ${hostnames.join(' ')}`),
    ];
    writeFileSync(join(this.folder, 'hosts'), `${lines.join('\n')}\n`);
    const search = `${namespace}.svc.cluster.local svc.cluster.local cluster.local`;
    const resolver = `nameserver ${this.context.addresses.node}\nsearch ${search}\noptions ndots:5\n`;
    writeFileSync(join(this.folder, 'resolv.conf'), resolver);
  }

  /** An init container runs to its end before the next; a sidecar among them only has to be started. */
  private async runInit(container: Container): Promise<void> {
    await this.startContainer(container);
    if (container.restartPolicy === 'Always') {
      void this.keep(container);
      await this.awaitStarted(container);
      return;
    }
    while ((await this.processes.get(container.name)?.ended) !== 0) {
      if (this.stopping.signal.aborted) throw new Error('stopped');
      this.context.onEvent(
        `${this.name}: init container ${container.name} failed; see ${this.logFile(container.name)}`,
      );
      await sleep(1000);
      await this.startContainer(container);
    }
  }

  private async startContainer(container: Container): Promise<void> {
    if (this.stopping.signal.aborted) throw new Error('stopped');
    const program = programFor(this.pod, container, this.context.guests);
    this.programs.set(container.name, program);
    const env = await this.patiently(() =>
      environment(this.pod, container, this.surroundings, this.context.client),
    );
    const expandAll = (words: readonly string[] = []) => words.map((word) => expand(word, env));
    const own = program.honoursCommand && container.command ? expandAll(container.command) : program.argv;
    const security = { ...this.pod.spec.securityContext, ...container.securityContext };
    const user = security.runAsUser ?? program.user ?? 0;
    const group = security.runAsGroup ?? user;
    const plan: ContainerPlan = {
      ...this.plan(container.name, program.base ?? '/', user, group, [
        ...this.mounts(container),
        ...(program.binds ?? []),
      ]),
      argv: [...own, ...(program.honoursArgs ? expandAll(container.args) : [])],
      env: { ...this.standardEnvironment(), ...env, ...program.env },
    };
    this.processes.set(container.name, new ContainerProcess(plan));
  }

  private plan(
    name: string,
    base: string,
    user: number,
    group: number,
    binds: readonly Bind[],
  ): ContainerPlan {
    const files = ['hosts', 'resolv.conf'].map((file) => ({
      from: join(this.folder, file),
      to: `/etc/${file}`,
    }));
    const hostname = this.pod.spec.hostname ?? this.pod.metadata.name;
    const root = { base, hostname, binds: [...files, ...binds], user, group, workingDirectory: '/' };
    return { name, namespace: this.namespace, folder: this.folder, root, argv: [], env: {} };
  }

  private mounts(container: Container): Bind[] {
    const binds = (container.volumeMounts ?? []).flatMap((mount) => {
      const folder = this.volumes.get(mount.name);
      if (!folder) return [];
      return [{ from: join(folder, mount.subPath ?? ''), to: mount.mountPath, readOnly: mount.readOnly }];
    });
    // A mount inside another one comes after it, or it would be hidden.
    return binds.sort((a, b) => a.to.length - b.to.length);
  }

  private standardEnvironment(): Record<string, string> {
    const { addresses } = this.context;
    return {
      // as in every cluster its Service, which a proxy that knows only Services lets through where it is named
      KUBERNETES_SERVICE_HOST: addresses.kubernetesService,
      KUBERNETES_SERVICE_PORT: '443',
      KUBERNETES_SERVICE_PORT_HTTPS: '443',
      HOSTNAME: this.pod.metadata.name,
      LAB_INSTANCE: this.pod.metadata.name,
      LAB_ADDRESS: this.address,
      LAB_SERVER_ID: String(serverId(this.address)),
    };
  }

  /** Starts a container that ended again, as its pod's policy says, and reports what changes. */
  private async keep(container: Container): Promise<void> {
    const watch = container.restartPolicy !== 'Always';
    if (watch) void this.awaitReady(container);
    for (let pause = 500; ; pause = Math.min(2 * pause, 10_000)) {
      const code = await this.processes.get(container.name)?.ended;
      if (this.stopping.signal.aborted) return;
      const policy = container.restartPolicy ?? this.pod.spec.restartPolicy ?? 'Always';
      this.ready.delete(container.name);
      await this.report();
      if (policy === 'Never' || (policy === 'OnFailure' && code === 0)) return;
      this.context.onEvent(
        `${this.name}: container ${container.name} ended with ${code}; see ${this.logFile(container.name)}`,
      );
      await sleep(pause);
      if (this.stopping.signal.aborted) return;
      await this.startContainer(container);
      void this.awaitReady(container);
    }
  }

  private async awaitStarted(container: Container): Promise<void> {
    const probe = container.startupProbe ?? container.readinessProbe;
    while (probe && !(await succeeds(probe, container, this.namespace, this.address))) {
      if (this.stopping.signal.aborted) throw new Error('stopped');
      await sleep(250);
    }
    this.ready.add(container.name);
  }

  private async awaitReady(container: Container): Promise<void> {
    const program = this.programs.get(container.name);
    const { readinessProbe } = container;
    for (;;) {
      if (this.stopping.signal.aborted) return;
      const started = this.processes.get(container.name)?.id !== undefined;
      const listening = !program?.readyPort || (await listens(program.readyPort, this.namespace));
      const probed =
        !program?.honoursProbes ||
        !readinessProbe ||
        (await succeeds(readinessProbe, container, this.namespace, this.address));
      if (started && listening && probed) break;
      await sleep(250);
    }
    this.ready.add(container.name);
    await this.report();
  }

  /** Reports one after the other: an older status must never arrive after a newer one. */
  private report(): Promise<void> {
    this.reporting = this.reporting.then(() => this.reportNow());
    return this.reporting;
  }

  private async reportNow(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const { namespace, name } = this.pod.metadata;
    const status = podStatus(this.pod, this.address, this.context.addresses.node, this.processes, this.ready);
    try {
      await this.context.client.merge(`/api/v1/namespaces/${namespace}/pods/${name}/status`, { status });
    } catch (error) {
      if (!this.stopping.signal.aborted)
        this.context.onEvent(`${this.name}: status: ${(error as Error).message}`);
    }
  }

  /** Waits for what the pod refers to and does not exist yet, saying so once. */
  private async patiently<T>(action: () => Promise<T>): Promise<T> {
    let said = '';
    for (;;) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof NotYet) || this.stopping.signal.aborted) throw error;
        if (error.message !== said) this.context.onEvent(`${this.name} waits: ${error.message}`);
        said = error.message;
        await sleep(250);
      }
    }
  }
}

/** A MySQL server id that no other pod of the lab has. */
function serverId(address: string): number {
  const [, second = 0, third = 0, fourth = 0] = address.split('.').map(Number);
  return second * 65536 + third * 256 + fourth;
}
