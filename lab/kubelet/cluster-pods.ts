import { LabError } from '../errors';
import type { ApiClient } from '../kubernetes/client';
import type { KubeList, Pod } from '../kubernetes/objects';
import { inside } from '../network/namespaces';
import { debianRoot } from '../programs/debian-root';
import { MYSQL } from '../programs/versions';
import { retry } from '../retry';
import { attempt, type Outcome } from '../shell';
import type { Kubelet } from './kubelet';
import type { PodRunner } from './pod-runner';

/** How a command in a pod is run. */
export interface ExecOptions {
  readonly timeoutMs?: number;
  readonly input?: string;
}

/** The pods of a cluster: their state, and commands in them. */
export class ClusterPods {
  constructor(
    private readonly cluster: string,
    private readonly client: ApiClient,
    private readonly kubelet: Kubelet,
    /** Where the pods' logs are, for messages. */
    private readonly folder: string,
  ) {}

  get all(): readonly PodRunner[] {
    return this.kubelet.all;
  }

  /** A pod's runner: its address, logs, and commands in it. */
  get(namespace: string, name: string): PodRunner {
    const runner = this.kubelet.runner(namespace, name);
    if (!runner) throw new LabError(`${this.cluster}: no pod ${namespace}/${name} runs`);
    return runner;
  }

  /** Waits until every pod of the namespace is ready, and there are at least so many. */
  async waitReady(namespace: string, options: { atLeast?: number; timeoutMs?: number } = {}): Promise<void> {
    const { atLeast = 1, timeoutMs = 90_000 } = options;
    const observe = async () => {
      const { items } = await this.client.get<KubeList<Pod>>(`/api/v1/namespaces/${namespace}/pods`);
      const unready = items.filter((pod) => !isReady(pod)).map((pod) => pod.metadata.name);
      return { count: items.length, unready };
    };
    const { ok, value } = await retry(observe, {
      until: ({ count, unready }) => count >= atLeast && unready.length === 0,
      timeoutMs,
      pauseMs: 200,
    });
    if (ok) return;
    const { count, unready } = value;
    const state =
      unready.length > 0 ? `pods are not ready: ${unready.join(', ')}` : `${count} of ${atLeast} pods exist`;
    throw this.late(`in namespace ${namespace}, ${state}`, timeoutMs);
  }

  /** Waits until one pod is ready. */
  async waitPodReady(namespace: string, name: string, timeoutMs = 60_000): Promise<void> {
    const find = () => this.client.find<Pod>(pathOf(namespace, name));
    const until = (pod: Pod | undefined) => pod !== undefined && isReady(pod);
    const { ok } = await retry(find, { until, timeoutMs, pauseMs: 150 });
    if (!ok) throw this.late(`pod ${namespace}/${name} is not ready`, timeoutMs);
  }

  /** Deletes a pod and waits until it is gone; a controller may make another of the same name. */
  async delete(namespace: string, name: string): Promise<void> {
    const uidNow = async () => (await this.client.find<Pod>(pathOf(namespace, name)))?.metadata.uid;
    const uid = await uidNow();
    await this.client.delete(pathOf(namespace, name));
    if (uid === undefined) return;
    const { ok } = await retry(uidNow, { until: (now) => now !== uid, timeoutMs: 30_000, pauseMs: 100 });
    if (!ok) throw this.late(`pod ${namespace}/${name} still exists`, 30_000);
  }

  /** Runs a command in a container. */
  exec(
    namespace: string,
    pod: string,
    container: string,
    argv: readonly string[],
    options?: ExecOptions,
  ): Promise<Outcome> {
    return this.get(namespace, pod).exec(container, argv, options);
  }

  /** Runs a program of the machine (curl, say) as a debug container of the pod would: with the pod's network and name files. */
  debug(namespace: string, pod: string, argv: readonly string[], options?: ExecOptions): Promise<Outcome> {
    return this.get(namespace, pod).debug('/', argv, options);
  }

  /** Runs a program of the machine in a pod's network, with the machine's own files and names. */
  inNetwork(
    namespace: string,
    pod: string,
    argv: readonly string[],
    options?: ExecOptions,
  ): Promise<Outcome> {
    return attempt([...inside(this.get(namespace, pod).namespace), ...argv], options);
  }

  /** Runs a MySQL client as a debug container of the pod would. */
  mysql(namespace: string, pod: string, args: readonly string[], options?: ExecOptions): Promise<Outcome> {
    const argv = ['/usr/bin/mysql', '--no-defaults', ...args];
    return this.get(namespace, pod).debug(debianRoot(MYSQL), argv, options);
  }

  /** What a pod's Envoy answers at a path of its admin port: config_dump, clusters, stats. */
  async proxyConfig(namespace: string, pod: string, path = 'config_dump'): Promise<string> {
    const url = `http://127.0.0.1:15000/${path}`;
    const { stdout, code } = await this.inNetwork(namespace, pod, ['curl', '-s', '-m', '10', url]);
    if (code !== 0) throw new LabError(`${this.cluster}: the proxy of ${namespace}/${pod} does not answer`);
    return stdout;
  }

  private late(what: string, timeoutMs: number): LabError {
    return new LabError(
      `${this.cluster}: after ${timeoutMs / 1000} s ${what}; the logs are in ${this.folder}`,
    );
  }
}

function pathOf(namespace: string, name: string): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}

function isReady(pod: Pod): boolean {
  const { phase, conditions } = pod.status ?? {};
  if (phase === 'Succeeded') return true;
  return (
    !pod.metadata.deletionTimestamp &&
    (conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}
