import { CLUSTER_RULE, type Cluster, type ClusterNamespace, NAMESPACE_RULE } from '../model/cluster';
import { NETWORK_PATH_RULE } from '../model/network-path';
import { Offer } from '../model/offer';
import { isKindReadable } from '../offers/kinds';
import { given } from '../rules/given';
import { checkValue } from '../rules/rules';

// Plain JavaScript callers may give values of any type. The rules of each prop report them; the checks between values skip what
// they could not read, so that every other mistake is still found.

/** Whether the props of a cluster have the right JavaScript types. */
export function isReadableCluster(cluster: Cluster): boolean {
  const {
    name,
    gatewayAddress = '',
    apiServer = '',
    nodeAddresses,
    addressPool = [],
    registryOnlyNamespaces,
  } = cluster;
  return [[name, gatewayAddress, apiServer], nodeAddresses, addressPool, registryOnlyNamespaces].every(
    areTexts,
  );
}

/** Whether cluster, name and account of a caller have the right JavaScript types. */
export function isReadableNamespace(value: unknown): value is ClusterNamespace {
  if (!NAMESPACE_RULE.holds(value)) return false;
  const { cluster, name, account = '' } = value as ClusterNamespace;
  return CLUSTER_RULE.holds(cluster) && areTexts([name, account]);
}

/** Whether the props of an offer have the right JavaScript types. */
export function isReadableOffer(offer: unknown): offer is Offer {
  if (!(offer instanceof Offer)) return false;
  const { from, to, via, spec } = offer;
  return (
    CLUSTER_RULE.holds(from) &&
    Array.isArray(to) &&
    // Array.from reads the holes of a list too, which every skips
    Array.from(to).every(isReadableNamespace) &&
    checkValue('', via, NETWORK_PATH_RULE).length === 0 &&
    areNamesTexts(given(spec.props)) &&
    isKindReadable(offer)
  );
}

/** Props that become parts of names: a template cannot join a symbol, for example. */
const NAMES = [
  'namespace',
  'name',
  'service',
  'host',
  'address',
  'clusterHost',
  'portName',
  'serviceAccount',
];

function areNamesTexts(props: object): boolean {
  const values = props as { readonly [name: string]: unknown };
  return (
    NAMES.every((name) => ['string', 'undefined'].includes(typeof (values[name] ?? undefined))) &&
    typeof (values.port ?? 0) === 'number'
  );
}

function areTexts(values: unknown): boolean {
  return Array.isArray(values) && Array.from(values).every((value) => typeof value === 'string');
}
