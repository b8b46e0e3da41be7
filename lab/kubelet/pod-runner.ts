import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Pod } from '../kubernetes/objects';
import { deleteNamespaces, endProcesses, namespaceName } from '../network/namespaces';
import { sysctl } from '../network/network';
import { attempt, type Outcome } from '../shell';
import { containerPlan, debugPlan, type PodPlan } from './container-plan';
import { ContainerProcess, debugContainer } from './container-process';
import { environment } from './environment';
import type { DownwardApiContext } from './fields';
import { type Program, programFor } from './images';
import type { NodeContext } from './node-context';
import { writeNameFiles } from './pod-files';
import { listens, succeeds } from './probe';
import { podStatus } from './status';
import { Volumes } from './volumes';
import { Waiting } from './waiting';

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
  private readonly waiting = new Waiting(this.stopping.signal, (message) =>
    this.context.onEvent(`${this.name} waits: ${message}`),
  );
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
    const command = debugContainer(debugPlan(this.shared, base, folder, argv));
    return attempt(command.argv, { env: command.env, ...options });
  }

  logFile(container: string): string {
    return join(this.folder, `${container}.log`);
  }

  private get name(): string {
    return `${this.pod.metadata.namespace}/${this.pod.metadata.name}`;
  }

  private get downwardApi(): DownwardApiContext {
    const { addresses, nodeName } = this.context;
    return { podAddress: this.address, nodeAddress: addresses.interClusterAddress, nodeName };
  }

  private get shared(): PodPlan {
    const { pod, namespace, folder, address, volumes, context } = this;
    return {
      pod,
      namespace,
      folder,
      address,
      volumes,
      kubernetesService: context.addresses.kubernetesService,
    };
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
    writeNameFiles(this.folder, this.pod, this.address, addresses.node);
    const claims = join(folder, 'claims', this.pod.metadata.namespace ?? 'default');
    const volumes = new Volumes(this.pod, this.downwardApi, client, join(this.folder, 'volumes'), claims);
    // The status gets the address before anything runs: agents and controllers look it up.
    await this.report();
    this.volumes = await this.waiting.onceAvailable(() => volumes.fill());
    void volumes.refreshUntil(this.stopping.signal);
  }

  /** An init container runs to its end before the next; a sidecar among them only has to be started. */
  private async runInit(container: Container): Promise<void> {
    await this.startContainer(container);
    if (container.restartPolicy === 'Always') {
      void this.keep(container);
      await this.awaitStarted(container);
      return;
    }
    const ended = async () => {
      const code = await this.processes.get(container.name)?.ended;
      if (code === 0 || this.stopping.signal.aborted) return code;
      this.context.onEvent(
        `${this.name}: init container ${container.name} failed; see ${this.logFile(container.name)}`,
      );
      await this.startContainer(container);
      return code;
    };
    await this.waiting.until(ended, (code) => code === 0, 1000);
  }

  private async startContainer(container: Container): Promise<void> {
    if (this.stopping.signal.aborted) throw new Error('stopped');
    const program = programFor(this.pod, container, this.context.podImages);
    this.programs.set(container.name, program);
    const env = await this.waiting.onceAvailable(() =>
      environment(this.pod, container, this.downwardApi, this.context.client),
    );
    const plan = containerPlan(this.shared, container, program, env);
    this.processes.set(container.name, new ContainerProcess(plan));
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
    const isStarted = async () => !probe || succeeds(probe, container, this.namespace, this.address);
    await this.waiting.until(isStarted, (started) => started);
    this.ready.add(container.name);
  }

  private async awaitReady(container: Container): Promise<void> {
    const { ok } = await this.waiting.retry(
      () => this.isReady(container),
      (ready) => ready,
    );
    if (!ok) return;
    this.ready.add(container.name);
    await this.report();
  }

  private async isReady(container: Container): Promise<boolean> {
    const program = this.programs.get(container.name);
    const { readinessProbe } = container;
    if (this.processes.get(container.name)?.id === undefined) return false;
    if (program?.readyPort && !(await listens(program.readyPort, this.namespace))) return false;
    if (!program?.honoursProbes || !readinessProbe) return true;
    return succeeds(readinessProbe, container, this.namespace, this.address);
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
}
