import type { ApiClient } from '../kubernetes/client';
import type { KubeObject, NetworkPolicy, Pod } from '../kubernetes/objects';
import { policyRules } from '../network/network-policies';
import type { NodeRules } from '../network/node-rules';

export interface PolicyContext {
  readonly client: ApiClient;
  readonly rules: NodeRules;
  readonly onEvent: (message: string) => void;
}

/** Stands in for a cluster's network plugin, as far as it enforces NetworkPolicy. */
export class PolicyController {
  private policies: ReadonlyMap<string, NetworkPolicy> = new Map();
  private pods: ReadonlyMap<string, Pod> = new Map();
  private namespaces: ReadonlyMap<string, KubeObject> = new Map();
  private readonly stopping = new AbortController();
  private readonly reported = new Set<string>();
  private following: Promise<unknown> = Promise.resolve();
  private pending = false;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly context: PolicyContext) {}

  start(): void {
    const { client } = this.context;
    const { signal } = this.stopping;
    this.following = Promise.all([
      client.follow<NetworkPolicy>('/apis/networking.k8s.io/v1/networkpolicies', signal, (policies) => {
        this.policies = policies;
        this.schedule();
      }),
      client.follow<Pod>('/api/v1/pods', signal, (pods) => {
        this.pods = pods;
        this.schedule();
      }),
      client.follow<KubeObject>('/api/v1/namespaces', signal, (namespaces) => {
        this.namespaces = namespaces;
        this.schedule();
      }),
    ]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
    await this.working;
  }

  private schedule(): void {
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
      const policies = [...this.policies.values()];
      this.reportEgress(policies);
      const world = { policies, pods: [...this.pods.values()], namespaces: [...this.namespaces.values()] };
      await this.context.rules.enforce(policyRules(world));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.context.onEvent(`network policies: ${(error as Error).message}`);
      setTimeout(() => this.schedule(), 500);
    }
  }

  /** What is not enforced here is said, so that nobody takes its traffic for a proof. */
  private reportEgress(policies: readonly NetworkPolicy[]): void {
    for (const { metadata, spec } of policies) {
      const key = `${metadata.namespace}/${metadata.name}`;
      if (!spec.policyTypes?.includes('Egress') || this.reported.has(key)) continue;
      this.reported.add(key);
      this.context.onEvent(`NetworkPolicy ${key}: its egress rules are not enforced in the lab`);
    }
  }
}
