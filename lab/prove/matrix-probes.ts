import type { Cluster } from '../../lib/fleet/cluster';
import { passthroughSni, serviceHost } from '../../lib/fleet/dns';
import type { Fleet } from '../../lib/fleet/fleet';
import { WEBHOOK_PORT, XDS_PORT } from '../../lib/fleet/gateway-names';
import type { Offer } from '../../lib/fleet/offer';
import { gatewayAddress } from '../fleet-lab';
import type { KubeList, Service } from '../kubernetes/objects';
import type { Lab } from '../lab';
import { dialFromNode, type Outcome, type Target } from './dialling';
import type { GatewayContext } from './gateway-probes';
import { type Identity, identitiesFor } from './identities';
import type { Probe, Verdict } from './probe';

/** Ports of proxies, of istiod, of MySQL and of the web, on which the gateway's address must not answer. */
const OTHER_PORTS = [80, 443, 3306, 8080, 10250, 15000, 15001, 15006, 15010, 15014, 15020, 15090, 33062];

/** One attempt at a gateway. */
interface Combination {
  readonly sni: string;
  readonly port: number;
  /** Whether any offer has the name, so that a pod's own proxy shakes hands before it refuses. */
  readonly isOffered: boolean;
  /** Whether an offer lets the identity in under this name. */
  readonly isAllowed: boolean;
}

/**
 * Everybody against everything, at the live gateway: each identity with each SNI on the mesh's port, and with some on others. Whom an
 * offer names under a name that it offers gets an answer; all others nothing, or the refusal of the pod's own proxy.
 */
export async function matrixProbes(context: GatewayContext, cluster: Cluster): Promise<Probe[]> {
  const { lab, fleet, root } = context;
  const offers = fleet.offersThroughGateway(cluster);
  const caller = offers.flatMap(({ to }) => to).find((one) => one.cluster !== cluster);
  if (!caller) return [];
  const [identities, names] = await Promise.all([
    identitiesFor(lab, fleet, root, cluster),
    namesIn(lab, cluster, offers),
  ]);
  return identities.map((identity) => {
    const combinations = combinationsOf(fleet, cluster, offers, identity, names);
    return {
      group: 'gateway: identity × SNI × port',
      name: `${cluster.name}’s gateway ← ${identity.name}`,
      expected: expectation(combinations),
      patienceMs: 20_000,
      combinations: combinations.length,
      ask: async () => {
        const targets = combinations.map((one) => targetOf(fleet, cluster, identity, one));
        return judge(combinations, await dialFromNode(lab, caller.cluster.name, targets));
      },
    };
  });
}

function expectation(combinations: readonly Combination[]): string {
  const allowed = combinations.filter(({ isAllowed }) => isAllowed).length;
  return `${allowed} of ${combinations.length} answered, as offered`;
}

function combinationsOf(
  fleet: Fleet,
  { gatewayPort }: Cluster,
  offers: readonly Offer[],
  identity: Identity,
  names: readonly string[],
): Combination[] {
  const some = [offers[0]?.hosts[0]?.sni ?? '', 'istiod.istio-system.svc', ''];
  const offered = new Set(offers.flatMap(({ hosts }) => hosts.map(({ sni }) => sni)));
  const nothing = { isOffered: false, isAllowed: false };
  return [
    ...names.map((sni) => ({
      ...{ sni, port: gatewayPort, isOffered: offered.has(sni) },
      isAllowed: mayDial(fleet, offers, identity, sni),
    })),
    ...OTHER_PORTS.filter((port) => port !== gatewayPort).flatMap((port) =>
      some.map((sni) => ({ sni, port, ...nothing })),
    ),
    // where istiod is exposed, it answers there by its own name, and asks for a token
    ...[XDS_PORT, WEBHOOK_PORT].map((port) => ({ sni: some[0] as string, port, ...nothing })),
  ];
}

/** Whether an offer names the identity under this SNI: said here from the fleet, not read from the policies that are proven. */
function mayDial(fleet: Fleet, offers: readonly Offer[], { spiffe }: Identity, sni: string): boolean {
  if (!spiffe) return false;
  const [, domain, namespace, account] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(spiffe) ?? [];
  return offers
    .filter(({ hosts }) => hosts.some((host) => host.sni === sni))
    .some((offer) => {
      const domains = [fleet.trustDomainOf(offer.from), ...fleet.trustDomainAliases(offer.from)];
      if (!domain || !domains.includes(domain)) return false;
      // a name does not say in which cluster it is: what is let in locally is let in from outside
      if (offer.isDiscovered && offer.localNamespaces.includes(namespace ?? '')) return true;
      return offer.to.some((to) => to.name === namespace && (!to.account || to.account === account));
    });
}

/** Every SNI that is tried: what is offered, what is next to it, every Service as a gateway or a client would name it, and nonsense. */
async function namesIn(lab: Lab, cluster: Cluster, offers: readonly Offer[]): Promise<string[]> {
  const { items } = await lab.cluster(cluster.name).client.get<KubeList<Service>>('/api/v1/services');
  const services = items.flatMap(({ metadata, spec }) => {
    const host = serviceHost(metadata.name, metadata.namespace ?? '');
    return [host, ...(spec.ports ?? []).map(({ port }) => passthroughSni(port, host))];
  });
  return [
    ...new Set([
      ...offers.flatMap((offer) => [...offer.hosts.map(({ sni }) => sni), ...near(offer)]),
      ...services,
      ...['', '*', '*.local', 'localhost', 'istiod.istio-system.svc', 'kubernetes.default.svc'],
      'outbound_.443_._.kubernetes.default.svc',
    ]),
  ];
}

/** The whole Service, the pod after the last, the port after the offered one, a subset, the bare host, and names that look alike. */
function near({ port, service, namespace, name, hosts }: Offer): string[] {
  const base = serviceHost(service, namespace);
  const host = hosts[0]?.sourceHost ?? '';
  return [
    passthroughSni(port, base),
    passthroughSni(port, `${name}-${hosts.length}.${base}`),
    passthroughSni(port === 65535 ? 1 : port + 1, host),
    passthroughSni(port, host, 'x'),
    host,
    `${hosts[0]?.sni}.`,
    `x.${hosts[0]?.sni}`,
  ];
}

function targetOf(fleet: Fleet, cluster: Cluster, identity: Identity, { sni, port }: Combination): Target {
  const { isPlain, folder } = identity;
  return { host: gatewayAddress(fleet, cluster), port, how: isPlain ? 'plain' : 'tls', sni, folder };
}

function judge(combinations: readonly Combination[], outcomes: readonly Outcome[]): Verdict {
  const all = combinations.map((one, index) => ({ ...one, outcome: outcomes[index] as Outcome }));
  const wrong = all.filter((one) => one.isAllowed !== isReached(one));
  const kept = all.filter(({ isAllowed }) => !isAllowed);
  const greeted = kept.filter(({ outcome }) => outcome.greeting > 0);
  const refused = kept.filter(({ outcome }) => isRefusal(outcome));
  const seen = [
    `${all.length} tried`,
    `${all.filter(isReached).length} answered`,
    ...(refused.length > 0 ? [`${refused.length} × 403`] : []),
    ...(greeted.length > 0 ? [`${greeted.length} × MySQL’s greeting, then cut off`] : []),
    `${kept.length - refused.length - greeted.length} not a byte`,
  ];
  if (wrong.length === 0) return { ok: true, seen: seen.join(', ') };
  const named = wrong
    .slice(0, 5)
    .map(
      ({ sni, port, outcome }) =>
        `${sni || 'no SNI'} on ${port}: ${outcome.how} ${outcome.answer.slice(0, 40)}`,
    );
  return { ok: false, seen: `${wrong.length} of ${all.length} wrong: ${named.join('; ')}` };
}

/** The pod's own proxy said no: the workload behind it was not asked. */
function isRefusal({ answer }: Outcome): boolean {
  return /^HTTP\/1\.1 403 /.test(answer) && answer.includes('RBAC: access denied');
}

/** Somebody answered; or shook hands, where no pod's proxy should even have been found. */
function isReached({ isOffered, outcome }: Combination & { readonly outcome: Outcome }): boolean {
  if (outcome.answer !== '') return !isRefusal(outcome);
  return !isOffered && outcome.handshake;
}
