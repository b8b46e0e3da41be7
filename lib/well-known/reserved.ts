// Names and numbers that Kubernetes and Istio keep for themselves.

/**
 * The namespaces that Kubernetes makes in every cluster.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
 */
export const SYSTEM_NAMESPACES: readonly string[] = [
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
];

/**
 * Whether a namespace is Kubernetes' own: it reserves the prefix.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#working-with-namespaces
 */
export function isSystemNamespace(value: unknown): boolean {
  return typeof value === 'string' && (SYSTEM_NAMESPACES.includes(value) || value.startsWith('kube-'));
}

/**
 * The ports of a pod that its sidecar proxy uses: an application that listened there would conflict with it.
 * https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
 */
export const SIDECAR_PORTS: readonly number[] = [
  ...[15000, 15001, 15002, 15004, 15006, 15008],
  ...[15020, 15021, 15053, 15090],
];
