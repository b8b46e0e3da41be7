import type { Cluster } from '../../../lib/model/cluster';
import type { Fleet } from '../../../lib/model/fleet';
import type { Offer } from '../../../lib/model/offer';
import type { OfferPlan } from '../../../lib/offers/offer-plan';
import { passthroughSni, serviceHost } from '../../../lib/well-known/dns';
import { MTLS_PORT, WEBHOOK_PORT, XDS_PORT } from '../../../lib/well-known/gateway-names';
import { gatewayAddress } from '../../fleet-lab';
import type { KubeList, Pod, Service } from '../../kubernetes/objects';
import { selects } from '../../kubernetes/selectors';
import type { Lab } from '../../lab';
import type { Check, Observation } from '../check';
import type { ProofContext } from '../context';
import { dialFromNode, type Outcome, type Target } from '../dialling';
import type { FleetFacts } from '../facts';
import { type Identity, identitiesFor } from '../identities';
import type { Suite } from '../suite';
import { isOfService } from './gateway-chains';

/**
 * Each identity with each SNI on the mesh's port, and with some on others, at the running gateway. An identity that an offer names gets an
 * answer under an SNI that the offer has. Others get none, or the refusal of the offered pod's own proxy.
 */
export const gatewayMatrix: Suite = {
  title: 'The gateways answer offered identities under offered SNIs, and no others',
  phase: 'sequential',
  available: (context) =>
    context.fleet.clusters.some((cluster) => remoteCaller(context, cluster))
      ? undefined
      : 'no offer has a caller in another cluster that comes through a gateway',
  checks: async (context) =>
    (await Promise.all(context.fleet.clusters.map((cluster) => clusterChecks(context, cluster)))).flat(),
};

function remoteCaller({ facts }: ProofContext, cluster: Cluster): string | undefined {
  const callers = facts.offersThroughGateway(cluster).flatMap(({ offer }) => offer.to);
  return callers.find((one) => one.cluster !== cluster)?.cluster.name;
}

/** Ports of proxies, of istiod, of MySQL and of HTTP, on which the gateway's address must not answer. */
const OTHER_PORTS = [
  ...[80, 443, 3306, 8080, 10250, 15000, 15001, 15006, 15010, 15014, 15020, 15090, 33062],
  // where another port is mapped to it
  MTLS_PORT,
];

/** One attempt at a gateway. */
interface Combination {
  readonly sni: string;
  readonly port: number;
  /** Whether it leads to an offered workload, on whichever port, so that the pod's proxy completes a handshake before it refuses. */
  readonly isOffered: boolean;
  /** Whether an offer lets the identity in under this name. */
  readonly isAllowed: boolean;
}

async function clusterChecks(context: ProofContext, cluster: Cluster): Promise<Check[]> {
  const { lab, fleet, facts } = context;
  const offers = facts.offersThroughGateway(cluster);
  const caller = remoteCaller(context, cluster);
  if (!caller) return [];
  const [identities, ports] = await Promise.all([
    identitiesFor(context, cluster),
    servicePorts(lab, cluster),
  ]);
  const names = namesIn(fleet, offers, ports, (plan) => containerPorts(lab, cluster, plan));
  const address = gatewayAddress(fleet, cluster);
  return identities.map((identity) => {
    const combinations = combinationsOf(facts, cluster, offers, identity, names, ports);
    return {
      group: 'gateway: identity × SNI × port',
      name: `${cluster.name}’s gateway ← ${identity.name}`,
      expected: expectation(combinations),
      timeoutMs: 20_000,
      combinations: combinations.length,
      run: async () => {
        const targets = combinations.map((one) => targetOf(address, identity, one));
        return judge(combinations, await dialFromNode(lab, caller, targets));
      },
    };
  });
}

function expectation(combinations: readonly Combination[]): string {
  const allowed = combinations.filter(({ isAllowed }) => isAllowed).length;
  return `${allowed} of ${combinations.length} answered, as offered`;
}

function combinationsOf(
  facts: FleetFacts,
  { gatewayPort }: Cluster,
  offers: readonly OfferPlan[],
  identity: Identity,
  names: readonly string[],
  ports: ServicePorts,
): Combination[] {
  const [first] = offers.flatMap(({ hosts }) => hosts);
  const some = [first?.sni ?? '', istiodName(facts.plan.fleet), ''];
  const offered = new Set(offers.flatMap(({ hosts }) => hosts.map(({ sni }) => sni)));
  // a gateway has a chain for each port of an offered Service
  const leadsToPods = (sni: string) => offered.has(sni) || isOfService(offers, sni);
  const nothing = { isOffered: false, isAllowed: false };
  return [
    ...names.map((sni) => ({
      ...{ sni, port: gatewayPort, isOffered: leadsToPods(sni) },
      isAllowed: mayDial(facts, offers, ports, identity, sni),
    })),
    ...OTHER_PORTS.filter((port) => port !== gatewayPort).flatMap((port) =>
      some.map((sni) => ({ sni, port, ...nothing })),
    ),
    // where istiod is exposed, it answers there under its own name, and requires a token
    ...[XDS_PORT, WEBHOOK_PORT].map((port) => ({ sni: some[0] as string, port, ...nothing })),
  ];
}

/** Whether an offer names the identity under this SNI: output here from the fleet, not read from the policies that are proven. */
function mayDial(
  facts: FleetFacts,
  offers: readonly OfferPlan[],
  ports: ServicePorts,
  { spiffe }: Identity,
  sni: string,
): boolean {
  if (!spiffe) return false;
  const [, domain, namespace, account] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(spiffe) ?? [];
  const isOfMesh = ({ offer }: OfferPlan) =>
    domain !== undefined && facts.trustDomainsAcceptedBy(offer.from).includes(domain);
  // an identity does not say in which cluster it is: what is allowed locally is allowed from outside
  const isLocal = ({ localNamespaces }: OfferPlan) => localNamespaces.includes(namespace ?? '');
  const isCaller = ({ offer }: OfferPlan) =>
    offer.to.some((one) => one.name === namespace && (!one.account || one.account === account));
  return offers.filter(isOfMesh).some((plan) => {
    if (plan.hosts.some((host) => host.sni === sni))
      return isCaller(plan) || (plan.discovered !== undefined && isLocal(plan));
    // the other ports of an offered Service are for the cluster's own callers: for namespaces that no remote caller is in
    const isOther = isOtherPort(ports, plan, sni);
    return isOther && isLocal(plan) && !plan.offer.to.some(({ name }) => name === namespace);
  });
}

/** The name under which proxies ask for istiod. */
function istiodName({ istioNamespace, revision }: Fleet): string {
  return `${revision ? `istiod-${revision}` : 'istiod'}.${istioNamespace}.svc`;
}

/** The ports of each Service, by its host. */
type ServicePorts = ReadonlyMap<string, readonly number[]>;

/** Whether an SNI leads to a port of an offered Service that is not offered. */
function isOtherPort(ports: ServicePorts, { offer, workloads }: OfferPlan, sni: string): boolean {
  const services = workloads.flatMap(({ serviceHosts = [] }) => serviceHosts);
  return services.some((host) =>
    (ports.get(host) ?? []).some((one) => one !== offer.port && passthroughSni(one, host) === sni),
  );
}

/**
 * Every SNI that is tried: the offered ones, similar ones, every port of every Service and of every offered pod's containers, as a gateway
 * or a client would name it, and names that no gateway has.
 */
function namesIn(
  fleet: Fleet,
  offers: readonly OfferPlan[],
  ports: ServicePorts,
  portsOf: (plan: OfferPlan) => readonly number[],
): string[] {
  const services = [...ports].flatMap(([host, numbers]) => [
    host,
    ...numbers.map((port) => passthroughSni(port, host)),
  ]);
  return [
    ...new Set([
      ...offers.flatMap((plan) => [...plan.hosts.map(({ sni }) => sni), ...similarTo(plan)]),
      ...offers.flatMap((plan) =>
        plan.hosts.flatMap(({ sourceHost, subset }) =>
          portsOf(plan).map((port) => passthroughSni(port, sourceHost, subset)),
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
function containerPorts(lab: Lab, cluster: Cluster, { offer, workloads }: OfferPlan): number[] {
  const isBehind = ({ metadata }: Pod) =>
    metadata.namespace === offer.namespace &&
    workloads.some(({ labels }) => selects({ matchLabels: labels }, { metadata }));
  const ports = lab
    .cluster(cluster.name)
    .pods.all.filter(({ pod }) => isBehind(pod))
    .flatMap(({ pod }) => pod.spec.containers.flatMap(({ ports = [] }) => ports));
  return [...new Set(ports.map(({ containerPort }) => containerPort))];
}

/** The whole Service, the pod after the last, the port after the offered one, a subset, the bare host, and names that look alike. */
function similarTo({ offer, hosts }: OfferPlan): string[] {
  const { port, namespace, name } = offer;
  const base = serviceHost(serviceOf(offer), namespace);
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

function targetOf(host: string, { isPlain, folder }: Identity, { sni, port }: Combination): Target {
  return { host, port, how: isPlain ? 'plain' : 'tls', sni, folder };
}

function judge(combinations: readonly Combination[], outcomes: readonly Outcome[]): Observation {
  const all = combinations.map((one, index) => ({ ...one, outcome: outcomes[index] as Outcome }));
  const wrong = all.filter((one) => one.isAllowed !== isReached(one));
  const others = all.filter(({ isAllowed }) => !isAllowed);
  const greeted = others.filter(({ outcome }) => outcome.greeting > 0);
  const refused = others.filter(({ outcome }) => isRefusal(outcome));
  const observed = [
    `${all.length} tried`,
    `${all.filter(isReached).length} answered`,
    ...(refused.length > 0 ? [`${refused.length} × 403`] : []),
    ...(greeted.length > 0 ? [`${greeted.length} × MySQL’s greeting, then closed`] : []),
    `${others.length - refused.length - greeted.length} without a byte`,
  ];
  if (wrong.length === 0) return { ok: true, observed: observed.join(', ') };
  const named = wrong
    .slice(0, 5)
    .map(
      ({ sni, port, outcome }) =>
        `${sni || 'no SNI'} on ${port}: ${outcome.how} ${outcome.answer.slice(0, 40)}`,
    );
  return { ok: false, observed: `${wrong.length} of ${all.length} are wrong: ${named.join('; ')}` };
}

/** The offered pod's proxy refused: the request did not reach the workload. */
function isRefusal({ answer }: Outcome): boolean {
  return /^HTTP\/1\.1 403 /.test(answer) && answer.includes('RBAC: access denied');
}

/** Something answered, or completed a TLS handshake where no pod's proxy should have been found. */
function isReached({ isOffered, outcome }: Combination & { readonly outcome: Outcome }): boolean {
  if (outcome.answer !== '') return !isRefusal(outcome);
  return !isOffered && outcome.handshake;
}

/** The Service of an offer's pods: a StatefulSet's may have a name of its own. */
function serviceOf({ name, spec }: Offer): string {
  return (spec.kind === 'statefulSet' ? spec.props.service : undefined) ?? name;
}
