import type {
  KubeObject,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  Pod,
} from '../kubernetes/objects';
import { selects } from '../kubernetes/selectors';

/** What a network plugin knows of a cluster. */
export interface PolicyWorld {
  readonly policies: readonly NetworkPolicy[];
  readonly pods: readonly Pod[];
  readonly namespaces: readonly KubeObject[];
}

/** Before the rules that route: no later rule accepts what is dropped here. */
const PRIORITY = -10;

/**
 * The NetworkPolicies' ingress rules for a node's kernel: a chain for each isolated pod, with what may come, and then nothing. A node's
 * own packets are not forwarded and so always pass, as Kubernetes has it.
 */
export function policyRules(world: PolicyWorld): string {
  const isolated = world.pods.flatMap((pod) => {
    const address = pod.status?.podIP;
    const policies = world.policies.filter((policy) => isolates(policy, pod));
    return address && policies.length > 0 ? [{ pod, address, policies }] : [];
  });
  const chains = isolated.map(({ pod, address, policies }) => {
    const rules = policies.flatMap((policy) =>
      (policy.spec.ingress ?? []).flatMap((rule) => allowed(world, policy, rule, pod)),
    );
    return `chain ${chain(address)} {\n${rules.join('\n')}\ndrop\n}`;
  });
  const jumps = isolated.map(({ address }) => `${address} : jump ${chain(address)}`);
  const dispatch = jumps.length > 0 ? `ip daddr vmap { ${jumps.join(', ')} }` : '';
  // added first, so that there is something to delete: the whole table is replaced at once
  return `add table ip policies
delete table ip policies
table ip policies {
${chains.join('\n')}
chain ingress {
type filter hook forward priority ${PRIORITY};
ct state established,related accept
${dispatch}
}
}
`;
}

function isolates({ metadata, spec }: NetworkPolicy, pod: Pod): boolean {
  const types = spec.policyTypes ?? ['Ingress'];
  return (
    metadata.namespace === pod.metadata.namespace &&
    types.includes('Ingress') &&
    selects(spec.podSelector ?? {}, pod)
  );
}

function chain(address: string): string {
  return `to_${address.replaceAll('.', '_')}`;
}

function allowed(world: PolicyWorld, policy: NetworkPolicy, rule: NetworkPolicyRule, pod: Pod): string[] {
  const ports = rule.ports?.length ? rule.ports.flatMap((port) => portMatch(port, pod)) : [''];
  const sources = rule.from?.length ? rule.from.flatMap((peer) => sourceMatch(world, policy, peer)) : [''];
  return sources.flatMap((source) => ports.map((port) => `${source} ${port} accept`.trim()));
}

function portMatch({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, pod: Pod): string[] {
  const name = protocol.toLowerCase();
  if (port === undefined) return [`meta l4proto ${name}`];
  const number = typeof port === 'number' ? port : namedPort(port, pod);
  if (number === undefined) return [];
  return [`${name} dport ${endPort ? `${number}-${endPort}` : number}`];
}

function namedPort(name: string, pod: Pod): number | undefined {
  return pod.spec.containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)
    ?.containerPort;
}

function sourceMatch(world: PolicyWorld, policy: NetworkPolicy, peer: NetworkPolicyPeer): string[] {
  const { ipBlock, namespaceSelector, podSelector = {} } = peer;
  if (ipBlock) {
    const except = ipBlock.except?.length ? ` ip saddr != { ${ipBlock.except.join(', ')} }` : '';
    return [`ip saddr ${ipBlock.cidr}${except}`];
  }
  const namespaces = new Set(
    namespaceSelector
      ? world.namespaces.filter((one) => selects(namespaceSelector, one)).map(({ metadata }) => metadata.name)
      : [policy.metadata.namespace],
  );
  const addresses = world.pods
    .filter((pod) => namespaces.has(pod.metadata.namespace) && selects(podSelector, pod))
    .flatMap(({ status }) => status?.podIP ?? []);
  return addresses.length > 0 ? [`ip saddr { ${[...new Set(addresses)].sort().join(', ')} }`] : [];
}
