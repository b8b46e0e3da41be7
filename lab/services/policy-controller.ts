import type { ApiClient } from '../kubernetes/client';
import type { KubeObject, NetworkPolicy, Pod } from '../kubernetes/objects';
import { Reconciler } from '../kubernetes/reconciler';
import { policyRules } from '../network/network-policies';
import type { NodeRules } from '../network/node-rules';

export interface PolicyContext {
  readonly client: ApiClient;
  readonly rules: NodeRules;
  readonly onEvent: (message: string) => void;
}

/** Stands in for a cluster's network plugin, as far as it enforces NetworkPolicy. Gives what stops it. */
export function enforcePolicies({ client, rules, onEvent }: PolicyContext): () => Promise<void> {
  const reported = new Set<string>();
  const work = async () => {
    const [policies, pods, namespaces] = [
      [...followed.policies().values()],
      [...followed.pods().values()],
      [...followed.namespaces().values()],
    ];
    for (const name of withEgress(policies)) {
      // reported, because the lab does not enforce egress rules and so proves nothing about them
      if (!reported.has(name)) onEvent(`NetworkPolicy ${name}: its egress rules are not enforced in the lab`);
      reported.add(name);
    }
    await rules.enforce(policyRules({ policies, pods, namespaces }));
  };
  const reconciler = new Reconciler(client, work, (message) => onEvent(`network policies: ${message}`));
  const followed = {
    policies: reconciler.follow<NetworkPolicy>('/apis/networking.k8s.io/v1/networkpolicies'),
    pods: reconciler.follow<Pod>('/api/v1/pods'),
    namespaces: reconciler.follow<KubeObject>('/api/v1/namespaces'),
  };
  return () => reconciler.stop();
}

function withEgress(policies: readonly NetworkPolicy[]): string[] {
  return policies
    .filter(({ spec }) => spec.policyTypes?.includes('Egress'))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}
