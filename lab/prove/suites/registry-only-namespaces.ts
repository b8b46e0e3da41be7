import type { Cluster } from '../../../lib/model/cluster';
import { serviceHost } from '../../../lib/well-known/dns';
import { METRICS_PORTS, STATUS_PORT } from '../../../lib/well-known/gateway-names';
import type { KubeList, Service } from '../../kubernetes/objects';
import type { PodRef } from '../../kubernetes/pod-ref';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { dialFromPod, type Outcome, type Target } from '../dialling';
import type { Suite } from '../suite';

/** An address outside every cluster, which no machine has. */
const OUTSIDE = { host: '192.0.2.1', ports: [{ port: 80 }] };
/** A proxy listens on these itself, on every address: what its pod dials on them ends there. */
const OWN_PORTS = [STATUS_PORT, ...METRICS_PORTS];

export const registryOnlyNamespaces: Suite = {
  title: 'Registry-only namespaces reach no Service that their Sidecar does not name',
  phase: 'concurrent',
  available: noRegistryOnly,
  checks: async (context) =>
    (await Promise.all(context.fleet.clusters.flatMap((cluster) => clusterChecks(context, cluster)))).flat(),
};

export function noRegistryOnly({ fleet }: ProofContext): string | undefined {
  return fleet.clusters.some(({ registryOnlyNamespaces: names }) => names.length > 0)
    ? undefined
    : 'no namespace of the fleet is registry-only';
}

/** A pod of a registry-only namespace. */
export function registryOnlyPod(
  { callers }: ProofContext,
  cluster: Cluster,
  namespace: string,
): Promise<PodRef> {
  return callers.get({ cluster: cluster.name, namespace, suffix: 'registry-only' });
}

/** The pod's own proxy closes connections to every Service that is neither in the namespace nor offered to it. */
async function clusterChecks(context: ProofContext, cluster: Cluster): Promise<Check[]> {
  const checks = cluster.registryOnlyNamespaces.map(async (namespace): Promise<Check> => {
    const from = await registryOnlyPod(context, cluster, namespace);
    const targets = await forbiddenTargets(context, cluster, namespace);
    return {
      group: 'registry-only namespaces',
      name: `${cluster.name}/${namespace} → every other Service, the Kubernetes API, and outside`,
      expected: 'no answer but the 502 of the pod’s own proxy',
      timeoutMs: 20_000,
      from,
      combinations: targets.length,
      run: async () => {
        const outcomes = await dialFromPod(context.lab, from, targets);
        const answered = targets.filter((target, index) => isAnswered(target, outcomes[index]));
        const ok = targets.length > 1 && answered.length === 0;
        const named = answered.map(({ host, port, how }) => `${host}:${port} (${how})`).join(', ');
        return { ok, observed: ok ? `none of ${targets.length} answered` : `answered: ${named}` };
      },
    };
  });
  return Promise.all(checks);
}

/** Every Service of the cluster that the namespace may not dial, and an address outside. */
export async function forbiddenTargets(
  { lab, facts }: ProofContext,
  cluster: Cluster,
  namespace: string,
): Promise<Target[]> {
  const { items } = await lab.cluster(cluster.name).client.get<KubeList<Service>>('/api/v1/services');
  // where Percona's operator runs, the API and its databases may be dialled
  const administered = facts.namespacesAdministeredFrom(cluster.namespace(namespace));
  const mayDial = [
    ...facts.hostsOfferedTo(cluster.namespace(namespace)),
    ...(administered.length > 0 ? [serviceHost('kubernetes', 'default')] : []),
  ];
  const services = items.filter(({ metadata }) => {
    const host = serviceHost(metadata.name, metadata.namespace ?? '');
    return ![namespace, ...administered].includes(metadata.namespace ?? '') && !mayDial.includes(host);
  });
  // a headless Service has no address of its own
  const addresses = services.map(({ spec: { clusterIP: host = 'None', ports = [] } }) => ({ host, ports }));
  return [...addresses, OUTSIDE].flatMap(({ host, ports }) =>
    host === 'None'
      ? []
      : ports
          .filter(({ port }) => !OWN_PORTS.includes(port))
          .flatMap(({ port }) => (['plain', 'tls'] as const).map((how): Target => ({ host, port, how }))),
  );
}

/**
 * Where some Service of the namespace's has the same port and speaks HTTP, the pod's own proxy answers for what it does not know: 502 and no
 * body (istio/istio pilot/pkg/networking/core/httproute.go, the route `block_all`).
 */
function isBlocked({ answer }: Outcome): boolean {
  return (
    /^HTTP\/1\.1 502 /.test(answer) &&
    /^server: envoy$/m.test(answer.replaceAll('\r', '')) &&
    answer.endsWith('\r\n\r\n')
  );
}

/** A server sent bytes, or completed a TLS handshake. */
export function isAnswered({ how }: Target, outcome: Outcome | undefined): boolean {
  if (!outcome || isBlocked(outcome)) return false;
  return how === 'tls' ? outcome.handshake : outcome.greeting + outcome.answer.length > 0;
}
