import type { Cluster } from '../../lib/model/cluster';
import { serviceHost } from '../../lib/well-known/dns';
import { METRICS_PORTS, STATUS_PORT } from '../../lib/well-known/gateway-names';
import type { KubeList, Service } from '../kubernetes/objects';
import { retry } from '../retry';
import { dialFromPod, type Outcome, type Target } from './dialling';
import { manifests } from './offers';
import { CONTROL, type Place, type Probe } from './probe';
import type { TrafficContext } from './traffic-probes';

/** An address that nobody has, for the world outside. */
const OUTSIDE = { host: '192.0.2.1', ports: [{ port: 80 }] };
/** A proxy listens on these itself, on every address: what its pod dials on them ends there, and is answered by nobody else. */
const OWN_PORTS = [STATUS_PORT, ...METRICS_PORTS];

/** From a registry-only namespace, each Service of the cluster that is not in it or offered to it: the pod's own proxy ends the connection. */
export async function registryOnlyProbes(context: TrafficContext, cluster: Cluster): Promise<Probe[]> {
  const { lab, callers } = context;
  const probes = cluster.registryOnlyNamespaces.map(async (namespace): Promise<Probe> => {
    const from = await callers.get({ cluster: cluster.name, namespace, suffix: 'limited' });
    const targets = await othersThan(context, cluster, namespace);
    return {
      group: 'limited by Sidecar',
      name: `${cluster.name}/${namespace} → every other Service, the Kubernetes API, and outside`,
      expected: 'nothing of any, but the 502 of the pod’s own proxy',
      patienceMs: 20_000,
      from,
      combinations: targets.length,
      ask: async () => {
        const outcomes = await dialFromPod(lab, from, targets);
        const answered = targets.filter((target, index) => isAnswered(target, outcomes[index]));
        const ok = targets.length > 1 && answered.length === 0;
        const named = answered.map(({ host, port, how }) => `${host}:${port} (${how})`).join(', ');
        return { ok, seen: ok ? `${targets.length} tried, nothing` : `answered: ${named}` };
      },
    };
  });
  return Promise.all(probes);
}

/** Without its Sidecar the same namespace reaches some of them. */
export async function registryOnlyControls(context: TrafficContext, cluster: Cluster): Promise<Probe[]> {
  const { lab, callers, dist } = context;
  const at = lab.cluster(cluster.primaryCluster.name);
  const probes = cluster.registryOnlyNamespaces.map(async (namespace): Promise<Probe> => {
    const from = await callers.get({ cluster: cluster.name, namespace, suffix: 'limited' });
    const targets = await othersThan(context, cluster, namespace);
    const sidecar = manifests(dist, at.name, '26-policies').find(
      ({ kind, metadata }) => kind === 'Sidecar' && metadata.namespace === namespace,
    );
    return {
      group: CONTROL,
      name: `${cluster.name}/${namespace}: no Sidecar`,
      expected: 'other Services answer, and no more with it',
      patienceMs: 0,
      from,
      ask: async () => {
        await at.kubectl(['delete', 'sidecar', sidecar?.metadata.name ?? '', '-n', namespace]);
        const open = await untilAnswered(context, from, targets, true);
        await at.applyText(JSON.stringify(sidecar));
        const limited = await untilAnswered(context, from, targets, false);
        return {
          ok: open > 0 && limited === 0,
          seen: `${open} of ${targets.length} answered, and ${limited} with it`,
        };
      },
    };
  });
  return Promise.all(probes);
}

async function othersThan(
  { lab, fleet }: TrafficContext,
  cluster: Cluster,
  namespace: string,
): Promise<Target[]> {
  const { items } = await lab.cluster(cluster.name).client.get<KubeList<Service>>('/api/v1/services');
  const mayDial = fleet
    .offersTo(cluster)
    .filter(({ callers }) => callers.some(({ name }) => name === namespace))
    .flatMap(({ offer }) => offer.hosts.map(({ consumerHost }) => consumerHost));
  // where Percona's operator runs, the API and its databases stay within reach
  const administered = fleet.databasesAdministeredFrom(cluster.namespace(namespace)).map(({ name }) => name);
  if (administered.length > 0) mayDial.push(serviceHost('kubernetes', 'default'));
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

/** Somebody said something, or shook hands. */
function isAnswered({ how }: Target, outcome: Outcome | undefined): boolean {
  if (!outcome || isBlocked(outcome)) return false;
  return how === 'tls' ? outcome.handshake : outcome.greeting + outcome.answer.length > 0;
}

async function untilAnswered(
  { lab }: TrafficContext,
  from: Place,
  targets: readonly Target[],
  wanted: boolean,
): Promise<number> {
  const count = async () => {
    const outcomes = await dialFromPod(lab, from, targets);
    return targets.filter((target, index) => isAnswered(target, outcomes[index])).length;
  };
  return (await retry(count, { until: (answered) => answered > 0 === wanted, timeoutMs: 20_000 })).value;
}
