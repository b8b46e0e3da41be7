import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import type { Offer } from '../../lib/model/offer';
import { passthroughSni, serviceHost } from '../../lib/well-known/dns';
import { MTLS_PORT, WEBHOOK_PORT, XDS_PORT } from '../../lib/well-known/gateway-names';
import { gatewayAddress } from '../fleet-lab';
import type { KubeList, Pod, Service } from '../kubernetes/objects';
import { selects } from '../kubernetes/selectors';
import type { Lab } from '../lab';
import { dialFromNode, type Outcome, type Target } from './dialling';
import { type GatewayContext, isOfService } from './gateway-probes';
import { type Identity, identitiesFor } from './identities';
import type { Probe, Verdict } from './probe';

/** Ports of proxies, of istiod, of MySQL and of the web, on which the gateway's address must not answer. */
const OTHER_PORTS = [
  ...[80, 443, 3306, 8080, 10250, 15000, 15001, 15006, 15010, 15014, 15020, 15090, 33062],
  // where another port is mapped to it
  MTLS_PORT,
];

/** One attempt at a gateway. */
interface Combination {
  readonly sni: string;
  readonly port: number;
  /** Whether it leads to an offered workload, on whichever port, so that a pod's own proxy shakes hands before it refuses. */
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
  const [identities, ports] = await Promise.all([
    identitiesFor(lab, fleet, root, cluster),
    servicePorts(lab, cluster),
  ]);
  const names = namesIn(fleet, offers, ports, (offer) => containerPorts(lab, cluster, offer));
  return identities.map((identity) => {
    const combinations = combinationsOf(fleet, cluster, offers, identity, names, ports);
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
  ports: ServicePorts,
): Combination[] {
  const some = [offers[0]?.hosts[0]?.sni ?? '', istiodName(fleet), ''];
  const offered = new Set(offers.flatMap(({ hosts }) => hosts.map(({ sni }) => sni)));
  // a gateway has a chain for each port of an offered Service
  const leadsToPods = (sni: string) => offered.has(sni) || isOfService(offers, sni);
  const nothing = { isOffered: false, isAllowed: false };
  return [
    ...names.map((sni) => ({
      ...{ sni, port: gatewayPort, isOffered: leadsToPods(sni) },
      isAllowed: mayDial(fleet, offers, ports, identity, sni),
    })),
    ...OTHER_PORTS.filter((port) => port !== gatewayPort).flatMap((port) =>
      some.map((sni) => ({ sni, port, ...nothing })),
    ),
    // where istiod is exposed, it answers there by its own name, and asks for a token
    ...[XDS_PORT, WEBHOOK_PORT].map((port) => ({ sni: some[0] as string, port, ...nothing })),
  ];
}

/** Whether an offer names the identity under this SNI: said here from the fleet, not read from the policies that are proven. */
function mayDial(
  fleet: Fleet,
  offers: readonly Offer[],
  ports: ServicePorts,
  { spiffe }: Identity,
  sni: string,
): boolean {
  if (!spiffe) return false;
  const [, domain, namespace, account] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(spiffe) ?? [];
  const isOfMesh = ({ from }: Offer) =>
    domain !== undefined && [fleet.trustDomainOf(from), ...fleet.trustDomainAliases(from)].includes(domain);
  // a name does not say in which cluster it is: what is let in locally is let in from outside
  const isLocal = (offer: Offer) => offer.localNamespaces.includes(namespace ?? '');
  const isCaller = ({ to }: Offer) =>
    to.some((one) => one.name === namespace && (!one.account || one.account === account));
  return offers.filter(isOfMesh).some((offer) => {
    if (offer.hosts.some((host) => host.sni === sni))
      return isCaller(offer) || (offer.isDiscovered && isLocal(offer));
    // the other ports of an offered Service are for the cluster's own callers: for namespaces that no remote caller is in
    const isOther = isOtherPort(ports, offer, sni);
    return isOther && isLocal(offer) && !offer.to.some(({ name }) => name === namespace);
  });
}

/** The name under which proxies ask for istiod. */
function istiodName({ istioNamespace, revision }: Fleet): string {
  return `${revision ? `istiod-${revision}` : 'istiod'}.${istioNamespace}.svc`;
}

/** The ports of each Service, by its host. */
type ServicePorts = ReadonlyMap<string, readonly number[]>;

/** Whether an SNI leads to a port of an offered Service that is not offered. */
function isOtherPort(ports: ServicePorts, { isService, hosts, port }: Offer, sni: string): boolean {
  return (
    isService &&
    hosts.some(({ sourceHost }) =>
      (ports.get(sourceHost) ?? []).some((one) => one !== port && passthroughSni(one, sourceHost) === sni),
    )
  );
}

/**
 * Every SNI that is tried: what is offered, what is next to it, every port of every Service and of every offered pod's containers, as a
 * gateway or a client would name it, and nonsense.
 */
function namesIn(
  fleet: Fleet,
  offers: readonly Offer[],
  ports: ServicePorts,
  portsOf: (offer: Offer) => readonly number[],
): string[] {
  const services = [...ports].flatMap(([host, numbers]) => [
    host,
    ...numbers.map((port) => passthroughSni(port, host)),
  ]);
  return [
    ...new Set([
      ...offers.flatMap((offer) => [...offer.hosts.map(({ sni }) => sni), ...near(offer)]),
      ...offers.flatMap((offer) =>
        offer.hosts.flatMap(({ sourceHost, onlyCluster }) =>
          portsOf(offer).map((port) => passthroughSni(port, sourceHost, onlyCluster)),
        ),
      ),
      ...services,
      ...['', '*', '*.local', 'localhost', istiodName(fleet), 'kubernetes.default.svc'],
      'outbound_.443_._.kubernetes.default.svc',
    ]),
  ];
}

async function servicePorts(lab: Lab, cluster: Cluster): Promise<ServicePorts> {
  const { items } = await lab.cluster(cluster.name).client.get<KubeList<Service>>('/api/v1/services');
  return new Map(
    items.map(({ metadata, spec }) => [
      serviceHost(metadata.name, metadata.namespace ?? ''),
      (spec.ports ?? []).map(({ port }) => port),
    ]),
  );
}

/** Every port that the containers of an offer's pods say they have. */
function containerPorts(lab: Lab, cluster: Cluster, offer: Offer): number[] {
  const isBehind = ({ metadata }: Pod) =>
    metadata.namespace === offer.namespace &&
    offer.workloads.some(({ labels }) => selects({ matchLabels: labels }, { metadata }));
  const ports = lab
    .cluster(cluster.name)
    .pods.filter(({ pod }) => isBehind(pod))
    .flatMap(({ pod }) => pod.spec.containers.flatMap(({ ports = [] }) => ports));
  return [...new Set(ports.map(({ containerPort }) => containerPort))];
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
