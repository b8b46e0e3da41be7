import type { Cluster } from '../model/cluster';
import type { Offer } from '../model/offer';
import { type FieldError, show } from '../rules/field-error';
import type { Istiods } from '../topology/istiods';
import { callers, type NamedOffer } from './named-offer';

/** What is missing for istiods to read other clusters, and where what they read does not fit together. */
export function discoveryErrors(
  istiods: Istiods,
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): FieldError[] {
  const services = named.filter(({ plan }) => plan.discovered);
  return [
    ...clusters.flatMap((cluster, index) =>
      istiods.hasRemoteSecret(cluster) ? missingApiServer(cluster, index) : [],
    ),
    ...services.flatMap((service) => withoutDiscovery(istiods, service)),
    ...sameNamedServices(services),
  ];
}

function withoutDiscovery(istiods: Istiods, entry: NamedOffer): FieldError[] {
  const { path, offer } = entry;
  const seesIt = ({ primaryCluster }: Cluster) =>
    primaryCluster === offer.from || istiods.remoteClustersOf(primaryCluster).includes(offer.from);
  if (offer.to.every(({ cluster }) => seesIt(cluster))) return [];
  return [
    {
      path,
      expected:
        'be of a fleet with discovery: true, because the consumers find a Service by reading its cluster',
      actual: `discovery: false, for Service ${show(offer.name)}`,
      hint: 'set discovery on the fleet, or use Offer.group with a name of its own',
    },
  ];
}

function missingApiServer({ name, apiServer }: Cluster, index: number): FieldError[] {
  if (apiServer !== undefined) return [];
  return [
    {
      path: `clusters[${index}].apiServer`,
      expected: 'be an https URL, because the istiods of the other clusters read its Services (discovery)',
      actual: `nothing for ${show(name)}`,
      hint: 'give the address under which they reach its Kubernetes API',
    },
  ];
}

/** Services of one name are one to the mesh, which balances over all of them: what is said of one must hold for each. */
function sameNamedServices(services: readonly NamedOffer[]): FieldError[] {
  return services.flatMap((entry, index) => {
    const first = services.slice(0, index).find(({ offer }) => isSameNamed(offer, entry.offer));
    return first ? [...differentSettings(first, entry), ...differentCallers(first, entry)] : [];
  });
}

function isSameNamed(one: Offer, other: Offer): boolean {
  return one.name === other.name && one.namespace === other.namespace && one.from !== other.from;
}

function differentSettings(first: NamedOffer, entry: NamedOffer): FieldError[] {
  const theirs = settingsOf(first);
  const own = settingsOf(entry);
  return (
    SETTINGS.filter((setting) => own[setting] !== theirs[setting])
      // an error for the port covers the container's port, which follows it
      .filter((setting) => setting !== 'targetPort' || own.port === theirs.port)
      .map((setting) => ({
        path: `${entry.path}.${setting}`,
        expected: `be ${show(theirs[setting])}, as in ${first.path}: Services of one name are one to the mesh`,
        actual: show(own[setting]),
        hint: 'give both the same, or call one of the Services otherwise',
      }))
  );
}

const SETTINGS = [
  'port',
  'targetPort',
  'portName',
  'protocol',
  'idleTimeoutSeconds',
  'serviceAccount',
] as const;

/** What a policy, an entry or a rule for all Services of one name says once. */
function settingsOf({ offer, plan }: NamedOffer) {
  const { port, portName, protocol, idleTimeoutSeconds, serviceAccount } = offer;
  return { port, targetPort: plan.targetPort, portName, protocol, idleTimeoutSeconds, serviceAccount };
}

function differentCallers(first: NamedOffer, entry: NamedOffer): FieldError[] {
  const here = identities(entry);
  const missing = [...identities(first)].filter((identity) => !here.has(identity));
  const extra = [...here].filter((identity) => !identities(first).has(identity));
  if (missing.length + extra.length === 0) return [];
  return [
    {
      path: `${entry.path}.to`,
      expected: `let in the same callers as ${first.path}, because the mesh balances each of them over both Services`,
      actual: [
        ...(missing.length > 0 ? [`no ${missing.join(', ')}`] : []),
        ...(extra.length > 0 ? [`${extra.join(', ')}, which that does not`] : []),
      ].join(', and '),
      hint: 'name the same namespaces in both, in `to` or in `localNamespaces`, or call one of the Services otherwise',
    },
  ];
}

/** Whoever may dial it, in whichever cluster: identities do not say in which. */
function identities(entry: NamedOffer): Set<string> {
  return new Set([
    ...callers(entry).map(
      ({ caller }) => `namespace '${caller.name}'${caller.account ? ` as '${caller.account}'` : ''}`,
    ),
    ...entry.plan.localNamespaces.map((name) => `namespace '${name}'`),
  ]);
}
