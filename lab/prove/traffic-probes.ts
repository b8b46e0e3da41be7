import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import type { Offer } from '../../lib/model/offer';
import type { OfferedHost } from '../../lib/model/offer-kinds';
import type { Lab } from '../lab';
import { type Callers, LOCALS, STRANGERS } from './callers';
import { askAfresh } from './connections';
import { consumerManifests, identityOf, type ProvenOffer, podsBehind } from './offers';
import type { Place, Probe } from './probe';
import { refusalOf } from './refusals';

const ARRIVES = 30_000;
/** Tries for each pod of a group, until all should have answered. */
const ENOUGH = 15;

/** What every probe of traffic needs. */
export interface TrafficContext {
  readonly lab: Lab;
  readonly fleet: Fleet;
  readonly dist: string;
  readonly callers: Callers;
}

/** Every offered pod from every allowed caller: the name resolves, and leads to exactly that pod. */
export async function allowedProbes(context: TrafficContext, proven: ProvenOffer): Promise<Probe[]> {
  const { offer } = proven;
  const probes = offer.to.map(async (caller) => {
    const { cluster, name: namespace, account } = caller;
    const from = await context.callers.get({ cluster: cluster.name, namespace, account });
    const who = `${cluster.name}/${namespace}${account ? ` as ${account}` : ''}`;
    return Promise.all(
      offer.hosts.map((pod) => reaches(context, proven, pod, from, 'allowed', who, pod.consumerHost)),
    );
  });
  return (await Promise.all(probes)).flat();
}

/** The same pods from inside their own cluster, from their namespace and from others that may: as without any offer. */
export async function localProbes(context: TrafficContext, proven: ProvenOffer): Promise<Probe[]> {
  const { offer } = proven;
  const everyone = localCallers(context.fleet, proven);
  const probes = everyone.map(async (namespace) => {
    const from = await context.callers.get({ cluster: offer.from.name, namespace, suffix: 'local' });
    const who = `${offer.from.name}/${namespace}`;
    return Promise.all(
      offer.hosts.flatMap((pod) =>
        pod.localHost ? reaches(context, proven, pod, from, 'inside the cluster', who, pod.localHost) : [],
      ),
    );
  });
  return (await Promise.all(probes)).flat();
}

/** The namespaces of its own cluster from which an offered workload can be dialled. */
function localCallers(fleet: Fleet, { offer, database }: ProvenOffer): readonly string[] {
  if (offer.isDiscovered) return offer.localNamespaces;
  if (!fleet.defaultDenyNamespaces(offer.from).includes(offer.namespace)) return [offer.namespace, LOCALS];
  const clients = (database?.clients ?? []).filter(({ cluster }) => cluster === offer.from);
  return [...new Set([offer.namespace, ...clients.map(({ name }) => name)])];
}

/** A host of one pod leads to that pod; a host of a group to each of its pods sooner or later, and to nobody else. */
async function reaches(
  { lab, fleet }: TrafficContext,
  proven: ProvenOffer,
  host: OfferedHost,
  from: Place,
  group: string,
  who: string,
  name: string,
): Promise<Probe> {
  const { offer } = proven;
  const pods = podsBehind(lab, fleet, proven, host);
  const identities = await Promise.all(pods.map((pod) => identityOf(lab, proven, pod)));
  const expected = pods.map(({ namespace, pod }) => `${namespace}/${pod}`).join(', ');
  return {
    group,
    name: `${who} → ${name}:${offer.port}`,
    expected: `reaches ${expected}`,
    patienceMs: ARRIVES,
    from,
    ask: async () => {
      const elsewhere = await resolvesElsewhere(lab, from, name, host.address);
      if (elsewhere) return { ok: false, seen: elsewhere };
      const missing = new Set(identities);
      for (let tries = 0; missing.size > 0 && tries < ENOUGH * identities.length; tries++) {
        const { reached, said } = await askAfresh(lab, fleet, proven, from, name);
        if (reached === undefined) return { ok: false, seen: said };
        if (!identities.includes(reached)) return { ok: false, seen: `the wrong pod: ${said}` };
        missing.delete(reached);
      }
      const seen = identities.filter((identity) => !missing.has(identity)).length;
      return missing.size === 0 && identities.length > 0
        ? { ok: true, seen: `reached ${expected}` }
        : { ok: false, seen: `reached ${seen} of ${identities.length} pods` };
    },
  };
}

/** Where an address was chosen for a name, the name leads to that. */
async function resolvesElsewhere(
  lab: Lab,
  { cluster, namespace, pod }: Place,
  name: string,
  address: string | undefined,
): Promise<string | undefined> {
  if (address === undefined) return undefined;
  const { stdout } = await lab.cluster(cluster).inPod(namespace, pod, ['getent', 'hosts', name]);
  const [found = 'nothing'] = stdout.trim().split(/\s+/);
  return found === address ? undefined : `the name resolves to ${found || 'nothing'}, not to ${address}`;
}

/**
 * Callers that the offer does not name, armed with the very entries that work for those it does: another namespace, and,
 * where the offer names one account, a neighbour with another.
 */
export async function refusedProbes(context: TrafficContext, proven: ProvenOffer): Promise<Probe[]> {
  const { offer } = proven;
  // without the mesh's TLS nobody is told from anybody else
  if (!offer.isMeshed) return [];
  const clusters = new Map(offer.to.map((caller) => [caller.cluster, caller]));
  const strangers = [...clusters].map(async ([cluster, caller]) => {
    const from = await context.callers.get({ cluster: cluster.name, namespace: STRANGERS });
    await copyEntries(context, offer, cluster, caller.name);
    return refused(context, proven, from, `${cluster.name}/${STRANGERS}, with an entry of its own`);
  });
  // a Service that others discover is for those that it names, inside its own cluster too
  const isClosed = context.fleet.defaultDenyNamespaces(offer.from).includes(offer.namespace);
  const inside = offer.isDiscovered && !isClosed ? [offer.from.name] : [];
  const locals = inside.map(async (cluster) => {
    const from = await context.callers.get({ cluster, namespace: STRANGERS, suffix: 'local' });
    return refused(context, proven, from, `${cluster}/${STRANGERS}`);
  });
  const neighbours = offer.to
    .filter(({ account }) => account !== undefined)
    // a name does not say in which cluster it is: who is let in as a whole elsewhere is let in from here too
    .filter(({ name }) => !offer.to.some((other) => other.name === name && other.account === undefined))
    .map(async ({ cluster, name: namespace }) => {
      const from = await context.callers.get({
        cluster: cluster.name,
        namespace,
        account: 'eastwest-neighbour',
      });
      return refused(context, proven, from, `${cluster.name}/${namespace} as another account`);
    });
  return Promise.all([...strangers, ...locals, ...neighbours]);
}

async function copyEntries(
  { lab, fleet, dist }: TrafficContext,
  offer: Offer,
  cluster: Cluster,
  namespace: string,
): Promise<void> {
  const hosts = offer.hosts.slice(0, 1).map(({ consumerHost }) => consumerHost);
  const copies = hosts
    .flatMap((host) => consumerManifests(dist, cluster, namespace, host))
    .map((manifest) => ({ ...manifest, metadata: { ...manifest.metadata, namespace: STRANGERS } }));
  const at = lab.cluster(cluster.primaryCluster.name);
  await at.ensureNamespace(STRANGERS, fleet.injectionLabels);
  for (const copy of copies) await at.applyText(JSON.stringify(copy));
}

function refused(context: TrafficContext, proven: ProvenOffer, from: Place, who: string): Probe {
  const { lab, fleet } = context;
  const { offer, attempt } = proven;
  const [offered] = offer.hosts;
  const host = offered?.consumerHost ?? '';
  const isByServer = refusalOf(lab, fleet, proven, from);
  let settled = false;
  return {
    group: 'refused',
    name: `${who} → ${host}:${offer.port}`,
    expected: 'is refused by the pod’s own proxy',
    patienceMs: ARRIVES,
    from,
    ask: async () => {
      // A name that does not resolve yet refuses everyone: only a refusal by the other side counts.
      const { reached, said } = await attempt(lab, from, host, offer.port);
      if (reached !== undefined) return { ok: false, seen: `it got in: ${said}` };
      if (!settled && !isByServer(said)) return { ok: false, seen: said };
      settled = true;
      return { ok: true, seen: said };
    },
  };
}
