import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../lib/fleet/cluster';
import type { Fleet } from '../../lib/fleet/fleet';
import type { Offer } from '../../lib/fleet/offer';
import { Authority } from '../control-plane/certificates';
import { gatewayAddress } from '../fleet-lab';
import type { Lab } from '../lab';
import type { Place, Probe } from './probe';

export interface GatewayContext {
  readonly lab: Lab;
  readonly fleet: Fleet;
  /** The root that every cluster trusts. */
  readonly root: Authority;
}

/** The pods of a cluster's east-west gateway. */
export function gatewayPods({ lab, fleet }: GatewayContext, cluster: Cluster): Place[] {
  return lab
    .cluster(cluster.name)
    .pods.filter(
      ({ pod }) =>
        pod.metadata.namespace === fleet.istioNamespace && pod.metadata.labels?.istio === 'eastwestgateway',
    )
    .map(({ pod }) => ({ cluster: cluster.name, namespace: fleet.istioNamespace, pod: pod.metadata.name }));
}

/** The gateway has a chain for each offered pod, and no other. */
export function chainProbes(context: GatewayContext, cluster: Cluster): Probe[] {
  const offered = context.fleet.offersFrom(cluster).flatMap(({ pods }) => pods.map(({ sni }) => sni));
  return gatewayPods(context, cluster).map((from) => ({
    group: 'not offered',
    name: `${cluster.name}: the chains of ${from.pod}`,
    expected: `exactly the ${offered.length} offered`,
    patienceMs: 30_000,
    from,
    ask: async () => {
      const found = await chains(context.lab, from);
      const missing = offered.filter((sni) => !found.includes(sni));
      const extra = found.filter((sni) => !offered.includes(sni));
      if (missing.length + extra.length === 0)
        return { ok: true, seen: `${found.length} chains, all offered` };
      return {
        ok: false,
        seen: `missing: ${missing.join(', ') || 'none'}; not offered: ${extra.join(', ') || 'none'}`,
      };
    },
  }));
}

interface ListenerDump {
  readonly configs: {
    readonly active_state?: {
      readonly listener?: {
        readonly name: string;
        readonly filter_chains?: { readonly filter_chain_match?: { readonly server_names?: string[] } }[];
      };
    };
  }[];
}

async function chains(lab: Lab, { cluster, namespace, pod }: Place): Promise<string[]> {
  const text = await lab
    .cluster(cluster)
    .proxyConfig(namespace, pod, 'config_dump?resource=dynamic_listeners');
  const { configs } = JSON.parse(text) as ListenerDump;
  const listeners = configs.flatMap(({ active_state }) => active_state?.listener ?? []);
  return listeners
    .filter(({ name }) => name.endsWith('_15443'))
    .flatMap(({ filter_chains = [] }) => filter_chains)
    .flatMap(({ filter_chain_match }) => filter_chain_match?.server_names ?? []);
}

/**
 * A client of our own, outside the mesh, straight at the gateway: with a certificate of the shared root it gets what its
 * identity may have; with the same identity from another root, nothing; and for what is not offered, nothing either.
 */
export async function rawProbes(context: GatewayContext, cluster: Cluster): Promise<Probe[]> {
  const [offer] = context.fleet.offersFrom(cluster);
  if (!offer) return [];
  const identity = callerIdentity(context.fleet, offer);
  const intermediate = await context.root.intermediate('prover');
  const right = await client(context, `${cluster.name}-right`, intermediate, identity);
  const foreign = await client(
    context,
    `${cluster.name}-foreign`,
    await Authority.root('foreign root'),
    identity,
  );
  const [sni = ''] = offer.pods.map((pod) => pod.sni);
  const ask = (folder: string, name: string) => dial(context, cluster, offer, folder, name);
  const probe = (
    group: string,
    name: string,
    expected: string,
    getsIn: boolean,
    folder: string,
    asked: string,
  ): Probe => ({
    group,
    name: `${cluster.name}: ${name}`,
    expected,
    patienceMs: getsIn ? 30_000 : 0,
    ask: async () => {
      const { how, received } = await ask(folder, asked);
      return {
        ok: getsIn === received.length > 0,
        seen: received ? `received ${received.length} bytes` : how,
      };
    },
  });
  return [
    probe(
      'allowed',
      'own TLS client, certificate of the shared root, offered SNI',
      'gets an answer',
      true,
      right,
      sni,
    ),
    probe(
      'refused',
      'own TLS client, the same identity from a foreign root',
      'gets not a byte',
      false,
      foreign,
      sni,
    ),
    ...notOffered(context.fleet, offer).map((other) =>
      probe('not offered', `own TLS client, SNI ${other}`, 'gets not a byte', false, right, other),
    ),
  ];
}

/** An identity that the offer names; an account of a namespace where it names them all. */
function callerIdentity({ trustDomain }: Fleet, offer: Offer): string {
  const [caller] = offer.to;
  return `spiffe://${trustDomain}/ns/${caller?.name}/sa/${caller?.account ?? 'default'}`;
}

/** What an intruder would try: the control plane, the API, the whole Service, the next pod, the next port. */
function notOffered({ istioNamespace }: Fleet, offer: Offer): string[] {
  const { port, service, namespace, name, pods } = offer;
  const [first] = pods;
  const base = `${service}.${namespace}.svc.cluster.local`;
  return [
    `outbound_.15012_._.istiod.${istioNamespace}.svc.cluster.local`,
    'outbound_.443_._.kubernetes.default.svc.cluster.local',
    `outbound_.${port}_._.${base}`,
    `outbound_.${port}_._.${name}-${pods.length}.${base}`,
    `outbound_.${port === 65535 ? 1 : port + 1}_._.${first?.sourceHost}`,
  ];
}

async function client(
  context: GatewayContext,
  name: string,
  issuer: Authority,
  identity: string,
): Promise<string> {
  const { certificate, key } = await issuer.workload(identity);
  const folder = join(context.lab.folder, 'clients', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cert.pem'), `${certificate}\n${issuer.certificate}\n`);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  return folder;
}

async function dial(
  { lab, fleet }: GatewayContext,
  cluster: Cluster,
  offer: Offer,
  folder: string,
  sni: string,
): Promise<{ how: string; received: string }> {
  const caller = offer.to[0]?.cluster.name ?? '';
  const script = join(lab.folder, 'tls.js');
  const to = [gatewayAddress(fleet, cluster), String(cluster.gatewayPort)];
  const argv = [process.execPath, script, ...to, sni, folder];
  const { stdout, stderr } = await lab.cluster(caller).onNode(argv, { timeoutMs: 10_000 });
  if (!stdout) throw new Error(stderr || 'the client said nothing');
  return JSON.parse(stdout) as { how: string; received: string };
}
