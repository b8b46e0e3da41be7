import { ApiError } from '../kubernetes/client';
import type { Pod } from '../kubernetes/objects';
import type { NodeContext } from './node-context';
import { PodRunner } from './pod-runner';

/** Stands in for a cluster's scheduler and kubelet: binds pods to the one node and runs them as processes. */
export class Kubelet {
  private readonly runners = new Map<string, PodRunner>();
  private readonly busy = new Set<string>();
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly context: NodeContext) {}

  async start(): Promise<void> {
    await this.registerNode();
    this.following = this.context.client.follow<Pod>('/api/v1/pods', this.stopping.signal, (pods) =>
      this.reconcile(pods),
    );
  }

  /** Stops following; the lab ends the processes. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const runner of this.runners.values()) runner.abandon();
    await this.following;
  }

  /** The pod that runs under this name. */
  runner(namespace: string, name: string): PodRunner | undefined {
    return [...this.runners.values()].find(
      ({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name,
    );
  }

  get all(): readonly PodRunner[] {
    return [...this.runners.values()];
  }

  private reconcile(pods: ReadonlyMap<string, Pod>): void {
    const alive = new Set<string>();
    for (const pod of pods.values()) {
      const { uid, deletionTimestamp } = pod.metadata;
      alive.add(uid);
      if (deletionTimestamp) this.once(uid, () => this.remove(pod));
      else if (!pod.spec.nodeName) this.once(uid, () => this.bind(pod));
      else if (pod.spec.nodeName === this.context.nodeName && !this.runners.has(uid)) this.begin(pod);
    }
    for (const [uid, runner] of this.runners) {
      if (!alive.has(uid)) this.once(uid, () => this.forget(uid, runner));
    }
  }

  private begin(pod: Pod): void {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    const runner = new PodRunner(pod, this.context);
    this.runners.set(pod.metadata.uid, runner);
    void runner.run();
  }

  private async bind(pod: Pod): Promise<void> {
    const { name, namespace } = pod.metadata;
    const target = { apiVersion: 'v1', kind: 'Node', name: this.context.nodeName };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target };
    try {
      await this.context.client.create(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, binding);
    } catch (error) {
      // Seen again before the watch brought the binding's result: it is bound, or gone.
      if (!(error instanceof ApiError && [404, 409].includes(error.status))) throw error;
    }
  }

  private async remove(pod: Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const runner = this.runners.get(uid);
    if (runner) await this.forget(uid, runner);
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid },
    };
    await this.context.client.delete(`/api/v1/namespaces/${namespace}/pods/${name}`, options);
  }

  private async forget(uid: string, runner: PodRunner): Promise<void> {
    await runner.stop();
    this.runners.delete(uid);
  }

  /** Does one thing for a pod at a time; what fails is tried again at the pod's next change. */
  private once(uid: string, action: () => Promise<void>): void {
    if (this.busy.has(uid)) return;
    this.busy.add(uid);
    action()
      .catch((error: Error) => {
        if (!this.stopping.signal.aborted) this.context.onEvent(error.message);
      })
      .finally(() => this.busy.delete(uid));
  }

  private async registerNode(): Promise<void> {
    const { client, nodeName, addresses } = this.context;
    await client.create('/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName, labels: { 'kubernetes.io/hostname': nodeName } },
    });
    const capacity = { cpu: '64', memory: '256Gi', pods: '1000' };
    await client.merge(`/api/v1/nodes/${nodeName}/status`, {
      status: {
        capacity,
        allocatable: capacity,
        addresses: [
          { type: 'InternalIP', address: addresses.interClusterAddress },
          { type: 'Hostname', address: nodeName },
        ],
        conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'the lab stands in' }],
        // istiod makes native sidecars only where every node is new enough.
        nodeInfo: {
          ...Object.fromEntries(
            ['machineID', 'systemUUID', 'bootID', 'kernelVersion', 'osImage'].map((key) => [key, 'lab']),
          ),
          containerRuntimeVersion: 'lab://1',
          kubeletVersion: 'v1.34.4',
          kubeProxyVersion: '',
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      },
    });
  }
}
