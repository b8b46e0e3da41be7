import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../lib/fleet/cluster';
import { passthroughSni } from '../../lib/fleet/dns';
import type { Fleet } from '../../lib/fleet/fleet';
import type { Offer } from '../../lib/fleet/offer';
import { Authority } from '../control-plane/certificates';
import { gatewayAddress } from '../fleet-lab';
import type { KubeList, Service } from '../kubernetes/objects';
import type { Lab } from '../lab';
import type { Place, Probe, Verdict } from './probe';

export interface GatewayContext {
  readonly lab: Lab;
  readonly fleet: Fleet;
  /** The root that every cluster trusts. */
  readonly root: Authority;
}

/** The pods of a cluster's east-west gateway. */
export function gatewayPods(
  { lab, fleet }: Pick<GatewayContext, 'lab' | 'fleet'>,
  cluster: Cluster,
): Place[] {
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
  const offered = context.fleet
    .offersThroughGateway(cluster)
    .flatMap(({ hosts }) => hosts.map(({ sni }) => sni));
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
  const offers = context.fleet.offersThroughGateway(cluster);
  const right = await context.root.intermediate('prover');
  const foreign = await Authority.root('foreign root');
  const ofOffers = offers.map((offer) => offerProbes(context, offer, right, foreign));
  const [first] = offers;
  const ofServices = first ? [serviceProbe(context, cluster, first, right)] : [];
  return (await Promise.all([...ofOffers, ...ofServices])).flat();
}

async function offerProbes(
  context: GatewayContext,
  offer: Offer,
  right: Authority,
  foreign: Authority,
): Promise<Probe[]> {
  const identity = callerIdentity(context.fleet, offer);
  const name = `${offer.from.name}-${offer.namespace}-${offer.name}`;
  const own = await client(context, `${name}-right`, right, identity);
  const forged = await client(context, `${name}-foreign`, foreign, identity);
  const sni = offer.hosts[0]?.sni ?? '';
  const base = {
    name: `${offer.from.name}’s gateway ← own TLS client, SNI ${sni}`,
    ask: async (): Promise<Verdict> => {
      const { how, received } = await dial(context, offer, own, sni);
      return { ok: received.length > 0, seen: received ? `received ${received.length} bytes` : how };
    },
  };
  return [
    {
      ...base,
      group: 'allowed',
      name: `${base.name}, certificate of the shared root`,
      expected: 'gets an answer',
      patienceMs: 30_000,
    },
    {
      group: 'refused',
      name: `${base.name}, same identity of a foreign root`,
      expected: 'gets not a byte',
      patienceMs: 0,
      ask: async () => {
        const { how, received } = await dial(context, offer, forged, sni);
        return { ok: received.length === 0, seen: received ? `received ${received.length} bytes` : how };
      },
    },
    silence(context, offer, own, `${offer.from.name}: neighbours of ${offer.namespace}/${offer.name}`, () =>
      Promise.resolve(nearOffer(offer)),
    ),
  ];
}

/** Every Service of the cluster, by the SNI under which a gateway would pass it through. */
async function serviceProbe(
  context: GatewayContext,
  cluster: Cluster,
  offer: Offer,
  right: Authority,
): Promise<Probe> {
  const identity = callerIdentity(context.fleet, offer);
  const own = await client(context, `${cluster.name}-services`, right, identity);
  return silence(context, offer, own, `${cluster.name}: every Service of the cluster`, async () => {
    const { items } = await context.lab
      .cluster(cluster.name)
      .client.get<KubeList<Service>>('/api/v1/services');
    return items.flatMap(({ metadata, spec }) =>
      (spec.ports ?? []).map(({ port }) =>
        passthroughSni(port, `${metadata.name}.${metadata.namespace}.svc.cluster.local`),
      ),
    );
  });
}

/** A right certificate asks for what nobody offers. */
function silence(
  context: GatewayContext,
  offer: Offer,
  folder: string,
  name: string,
  wanted: () => Promise<readonly string[]>,
): Probe {
  return {
    group: 'not offered',
    name: `${name}, by SNI`,
    expected: 'not a byte of any',
    patienceMs: 0,
    ask: async () => {
      const offered = context.fleet
        .offersFrom(offer.from)
        .flatMap(({ hosts }) => hosts.map(({ sni: one }) => one));
      const names = (await wanted()).filter((sni) => !offered.includes(sni));
      const answered: string[] = [];
      for (const sni of names) {
        if ((await dial(context, offer, folder, sni)).received.length > 0) answered.push(sni);
      }
      const ok = names.length > 0 && answered.length === 0;
      return { ok, seen: ok ? `${names.length} tried, silence` : `answered: ${answered.join(', ')}` };
    },
  };
}

/** A caller whose packets go through the gateway. */
function gatewayCaller(offer: Offer) {
  return offer.to.find(({ cluster }) => offer.routeFrom(cluster) === 'eastWestGateway');
}

/** An identity that the offer names; an account of a namespace where it names them all. */
function callerIdentity(fleet: Fleet, offer: Offer): string {
  const caller = gatewayCaller(offer);
  const trustDomain = fleet.trustDomainOf(caller?.cluster ?? offer.from);
  return `spiffe://${trustDomain}/ns/${caller?.name}/sa/${caller?.account ?? 'default'}`;
}

/** The whole Service, the pod after the last, the port after the offered one. */
function nearOffer({ port, service, namespace, name, hosts }: Offer): string[] {
  const base = `${service}.${namespace}.svc.cluster.local`;
  return [
    passthroughSni(port, base),
    passthroughSni(port, `${name}-${hosts.length}.${base}`),
    passthroughSni(port === 65535 ? 1 : port + 1, hosts[0]?.sourceHost ?? ''),
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
  offer: Offer,
  folder: string,
  sni: string,
): Promise<{ how: string; received: string }> {
  const caller = gatewayCaller(offer)?.cluster.name ?? '';
  const script = join(lab.folder, 'tls.js');
  const to = [gatewayAddress(fleet, offer.from), String(offer.from.gatewayPort)];
  const argv = [process.execPath, script, ...to, sni, folder];
  const { stdout, stderr } = await lab.cluster(caller).onNode(argv, { timeoutMs: 10_000 });
  if (!stdout) throw new Error(stderr || 'the client said nothing');
  return JSON.parse(stdout) as { how: string; received: string };
}
