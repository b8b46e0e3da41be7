import type { Cluster } from '../model/cluster';
import type { Offer } from '../model/offer';
import { type FieldError, show } from '../rules/field-error';
import { callers, type NamedOffer } from './named-offer';

/** What is missing for istiods to read other clusters, and where what they read does not fit together. */
export function discoveryErrors(
  fleet: Readers,
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): FieldError[] {
  const services = named.filter(({ offer }) => offer.isDiscovered);
  return [
    ...clusters.flatMap((cluster, index) =>
      fleet.hasRemoteSecret(cluster) ? missingApiServer(cluster, index) : [],
    ),
    ...services.flatMap((service) => withoutDiscovery(fleet, service)),
    ...sameNamedServices(services),
  ];
}

/** Who reads whom. */
export interface Readers {
  remoteClustersOf(cluster: Cluster): readonly Cluster[];
  hasRemoteSecret(cluster: Cluster): boolean;
}

function withoutDiscovery(fleet: Readers, entry: NamedOffer): FieldError[] {
  const { path, offer } = entry;
  const seesIt = ({ primaryCluster }: Cluster) =>
    primaryCluster === offer.from || fleet.remoteClustersOf(primaryCluster).includes(offer.from);
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
    const first = services.slice(0, index).find(({ offer }) => isNamesake(offer, entry.offer));
    return first ? [...differentSettings(first, entry), ...differentCallers(first, entry)] : [];
  });
}

function isNamesake(one: Offer, other: Offer): boolean {
  return one.name === other.name && one.namespace === other.namespace && one.from !== other.from;
}

function differentSettings(first: NamedOffer, { path, offer }: NamedOffer): FieldError[] {
  const settings = [
    'port',
    'targetPort',
    'portName',
    'protocol',
    'idleTimeoutSeconds',
    'serviceAccount',
  ] as const;
  return (
    settings
      .filter((setting) => offer[setting] !== first.offer[setting])
      // follows the port, which is said
      .filter((setting) => setting !== 'targetPort' || offer.port === first.offer.port)
      .map((setting) => ({
        path: `${path}.${setting}`,
        expected: `be ${show(first.offer[setting])}, as in ${first.path}: Services of one name are one to the mesh`,
        actual: show(offer[setting]),
        hint: 'give both the same, or call one of the Services otherwise',
      }))
  );
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
    ...entry.offer.localNamespaces.map((name) => `namespace '${name}'`),
  ]);
}
