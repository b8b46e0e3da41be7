import * as k8s from '../kinds';

/** Pods of a namespace: those with the labels, or all. Namespaces are known by the label that every API server gives them. */
export function podsIn(namespace: string, matchLabels?: { [key: string]: string }): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: matchLabels && { matchLabels },
  };
}

/** Pods of the policy's own namespace: those with the labels, or all. */
export function podsHere(matchLabels: { [key: string]: string } = {}): k8s.NetworkPolicyPeer {
  return { podSelector: Object.keys(matchLabels).length > 0 ? { matchLabels } : {} };
}

export function tcp(...ports: number[]): k8s.NetworkPolicyPort[] {
  return ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }));
}
