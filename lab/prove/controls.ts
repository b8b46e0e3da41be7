import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterNamespace } from '../../lib/fleet/cluster';
import type { Offer } from '../../lib/fleet/offer';
import type { OfferedHost } from '../../lib/fleet/offer-kinds';
import { consumerManifests, identityOf, type Manifest, manifests, type ProvenOffer } from './offers';
import { CONTROL, type Place, type Probe, type Verdict } from './probe';
import type { TrafficContext } from './traffic-probes';

/** How long a precondition may be missing before the traffic must have stopped. */
const WORKS = 5_000;
const STOPS = 30_000;
const RETURNS = 30_000;
const IN_A_ROW = 3;

/** A precondition that is taken away: the objects as they are then. */
export interface Control {
  readonly name: string;
  readonly cluster: string;
  readonly original: Manifest;
  /** Undefined: the object is deleted. */
  readonly without?: Manifest;
}

/**
 * The same probes with each precondition taken away in turn. What passes without its precondition proves nothing, so a
 * control is right when the traffic stops, and comes back when the precondition does.
 */
export async function controlProbes(context: TrafficContext, proven: ProvenOffer): Promise<Probe[]> {
  const { offer } = proven;
  const [caller] = offer.to;
  const pod = offer.hosts.at(-1);
  if (!caller || !pod) return [];
  const { account, name: namespace } = caller;
  const from = await context.callers.get({ cluster: caller.cluster.name, namespace, account });
  const identity = await identityOf(context.lab, proven, pod);
  const attempt = async () => {
    await forgetConnections(context.lab, from, offer.from.gatewayPort);
    const { reached, said } = await proven.attempt(context.lab, from, pod.consumerHost, offer.port);
    return { ok: reached === identity, seen: said };
  };
  const controls = objectControls(context.dist, offer, pod, caller);
  const probes = [
    ...controls.map((control) => objectProbe(context, control, from, attempt)),
    await withoutDnsCapture(context, proven, pod),
  ];
  return probes.map((probe) => ({ ...probe, name: `${offer.namespace}/${offer.name}: ${probe.name}` }));
}

function objectProbe(
  { lab }: TrafficContext,
  control: Control,
  from: Place,
  attempt: () => Promise<Verdict>,
): Probe {
  const cluster = lab.cluster(control.cluster);
  const { kind, metadata } = control.original;
  return {
    group: CONTROL,
    name: control.name,
    expected: 'the traffic stops, and comes back with it',
    patienceMs: 0,
    from,
    ask: async () => {
      if (!(await until(attempt, true, WORKS)).ok) return { ok: false, seen: 'did not work before' };
      if (control.without) await cluster.applyText(JSON.stringify(control.without));
      else await cluster.kubectl(['delete', kind, metadata.name, '-n', metadata.namespace ?? '']);
      const without = await until(attempt, false, STOPS);
      await cluster.applyText(JSON.stringify(control.original));
      const again = await until(attempt, true, RETURNS);
      const stopped = without.ok ? 'went on' : `stopped (${without.seen})`;
      return {
        ok: !without.ok && again.ok,
        seen: `${stopped}, and ${again.ok ? 'came back' : 'did not come back'}`,
      };
    },
  };
}

/** A proxy keeps connections for later requests, and those outlive what made them possible: each attempt needs its own. */
async function forgetConnections(
  lab: TrafficContext['lab'],
  from: Place,
  gatewayPort: number,
): Promise<void> {
  const argv = ['ss', '-H', '-K', 'dport', '=', `:${gatewayPort}`];
  await lab.cluster(from.cluster).inPod(from.namespace, from.pod, argv);
}

/** Tries until the answer is as wanted and stays so: a single attempt may fail, or get through, by chance. */
async function until(attempt: () => Promise<Verdict>, ok: boolean, patienceMs: number): Promise<Verdict> {
  const deadline = Date.now() + patienceMs;
  for (let inARow = 0; ; await sleep(300)) {
    const verdict = await attempt();
    inARow = verdict.ok === ok ? inARow + 1 : 0;
    if (inARow === IN_A_ROW) return verdict;
    if (Date.now() > deadline) return { ok: !ok, seen: verdict.seen };
  }
}

/** Every precondition of an offered pod that is an object of dist, or a field of one. */
export function objectControls(
  dist: string,
  offer: Offer,
  pod: OfferedHost,
  caller: ClusterNamespace,
): Control[] {
  const consumer = caller.cluster.name;
  const entry = consumerManifests(dist, consumer, caller.name, pod.consumerHost).find(
    ({ kind }) => kind === 'ServiceEntry',
  );
  const source = manifests(dist, offer.from.name, '40-traffic').find(
    ({ kind, spec }) => kind === 'ServiceEntry' && spec.hosts[0] === pod.sourceHost && spec.workloadSelector,
  );
  const gateway = manifests(dist, offer.from.name, '30-gateway').find(({ kind }) => kind === 'Gateway');
  if (!entry || !gateway) throw new Error(`dist has no entry for ${pod.consumerHost}`);
  const [endpoint] = entry.spec.endpoints;
  const [portName, gatewayPort] = Object.entries(endpoint.ports)[0] as [string, number];
  const endpointWith = (change: object): Manifest => ({
    ...entry,
    spec: { ...entry.spec, endpoints: [{ ...endpoint, ...change }] },
  });
  const isAlias = pod.consumerHost !== pod.sourceHost;
  const ofConsumer = { cluster: consumer, original: entry };
  const ofSource = { cluster: offer.from.name };
  const [server] = gateway.spec.servers;
  const fewer = server.hosts.filter((host: string) => host !== pod.sourceHost);
  return [
    // an alias' DestinationRule asks for mutual TLS by itself
    ...(isAlias
      ? []
      : [{ ...ofConsumer, name: 'no tlsMode label', without: endpointWith({ labels: undefined }) }]),
    {
      ...ofConsumer,
      name: 'port names that differ',
      without: endpointWith({ ports: { [`${portName}-x`]: gatewayPort } }),
    },
    {
      ...ofConsumer,
      name: 'a wrong gateway port',
      without: endpointWith({ ports: { [portName]: gatewayPort + 1 } }),
    },
    ...(source
      ? [
          { ...ofSource, original: source, name: 'no source-side entry' },
          {
            ...ofSource,
            original: source,
            name: 'MESH_EXTERNAL',
            without: { ...source, spec: { ...source.spec, location: 'MESH_EXTERNAL' } },
          },
        ]
      : []),
    ...(fewer.length > 0
      ? [
          {
            ...ofSource,
            original: gateway,
            name: 'gateway host missing',
            without: { ...gateway, spec: { ...gateway.spec, servers: [{ ...server, hosts: fewer }] } },
          },
        ]
      : []),
  ];
}

/** The name is known to the mesh's DNS only. */
async function withoutDnsCapture(
  { lab, callers }: TrafficContext,
  { offer, attempt }: ProvenOffer,
  pod: OfferedHost,
): Promise<Probe> {
  const [caller] = offer.to;
  const from = await callers.get({
    cluster: caller?.cluster.name ?? '',
    namespace: caller?.name ?? '',
    account: caller?.account,
    suffix: 'no-dns',
    annotations: { 'proxy.istio.io/config': '{"proxyMetadata":{"ISTIO_META_DNS_CAPTURE":"false"}}' },
  });
  return {
    group: CONTROL,
    name: 'DNS capture off',
    expected: 'the name does not resolve',
    patienceMs: 0,
    from,
    ask: async () => {
      const { reached, said } = await attempt(lab, from, pod.consumerHost, offer.port);
      return { ok: reached === undefined && /resolve|Unknown MySQL server host/.test(said), seen: said };
    },
  };
}

/**
 * Whether an offer's last pod can be cut off without disturbing anything else: a replica follows a database's first two.
 */
export function canLosePreconditions({ isDatabase, offer }: ProvenOffer): boolean {
  return !isDatabase || offer.hosts.length > 2;
}
