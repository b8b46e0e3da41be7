import type { Cluster } from '../model/cluster';
import { allocateNodePorts } from '../offers/node-ports';
import { takes } from '../offers/offer-plan';
import { type FieldError, show } from '../rules/field-error';
import { byCluster, callers, type NamedOffer } from './named-offer';

/** What is wrong with the ways that offers take: between the offers of a cluster, and between them and the clusters. */
export function networkPathErrors(clusters: readonly Cluster[], named: readonly NamedOffer[]): FieldError[] {
  const offers = byCluster(named);
  return [
    ...clusters.flatMap((cluster, index) => {
      const path = `clusters[${index}]`;
      const offered = (offers.get(cluster) ?? []).filter(({ offer }) => offer.to.length > 0);
      return [
        ...missingGateway(path, cluster, offered),
        ...missingNodes(path, cluster, offered),
        ...nodePortClashes(offered),
        ...meshedAndPlain(offered),
      ];
    }),
    ...named.flatMap(gatewayWithinNetwork),
    ...sameAddressTwice(named),
  ];
}

function missingGateway(path: string, cluster: Cluster, offered: readonly NamedOffer[]): FieldError[] {
  const through = offered.filter(({ plan }) => takes(plan, 'eastWestGateway'));
  if (through.length === 0 || cluster.gatewayAddress !== undefined) return [];
  return [
    {
      path: `${path}.gatewayAddress`,
      expected: `be an IP address or a DNS name, because the cluster offers something (${paths(through)})`,
      actual: `nothing for ${show(cluster.name)}`,
      hint: 'give the address under which the other clusters reach its east-west gateway',
    },
  ];
}

function missingNodes(path: string, cluster: Cluster, offered: readonly NamedOffer[]): FieldError[] {
  const through = offered.filter(({ plan }) => takes(plan, 'nodePort'));
  if (through.length === 0 || cluster.nodeAddresses.length > 0) return [];
  return [
    {
      path: `${path}.nodeAddresses`,
      expected: `be a list of addresses, because the cluster offers something by node port (${paths(through)})`,
      actual: `nothing for ${show(cluster.name)}`,
      hint: 'give the addresses under which the other clusters reach its nodes',
    },
  ];
}

function nodePortClashes(offered: readonly NamedOffer[]): FieldError[] {
  const { clashes } = allocateNodePorts(offered.map(({ plan }) => plan));
  return clashes.map(({ plan, other, first }) => {
    const entry = offered.find((one) => one.plan === plan);
    const owner = offered.find((one) => one.plan === other);
    const last = first + plan.hosts.length - 1;
    const run = last === first ? `${first}` : `${first} to ${last}`;
    return {
      path: `${entry?.path}.via.firstNodePort`,
      expected: owner
        ? `leave the node ports of ${owner.path} alone`
        : 'begin a run of ports that ends at 32767 or before',
      actual: run,
      hint: 'choose another, or leave it out to be given free ones',
    };
  });
}

/** Pods either have a proxy or have none, and injection goes by namespace. */
function meshedAndPlain(offered: readonly NamedOffer[]): FieldError[] {
  return offered.flatMap((entry) => {
    const meshed = offered.find(
      ({ offer }) =>
        offer.via.mutualTls && !entry.offer.via.mutualTls && offer.namespace === entry.offer.namespace,
    );
    if (!meshed) return [];
    return {
      path: `${entry.path}.via.mutualTls`,
      expected: `be true, because ${meshed.path} has the namespace's pods in the mesh`,
      actual: `false for namespace ${show(entry.offer.namespace)}`,
      hint: 'offer both in the mesh, or from different namespaces',
    };
  });
}

/** Clusters on one network are told to reach one another's pods directly: a gateway between them would never be asked. */
function gatewayWithinNetwork(entry: NamedOffer): FieldError[] {
  const { offer } = entry;
  if (offer.via.kind !== 'eastWestGateway') return [];
  return callers(entry).flatMap(({ caller, where }) => {
    const { cluster } = caller;
    if (cluster === offer.from || cluster.network !== offer.from.network) return [];
    return {
      path: `${entry.path}.${where}`,
      expected: `be on another network than '${offer.from.name}', which offers through an east-west gateway`,
      actual: `'${cluster.name}' on network ${show(cluster.network)}`,
      hint: 'give the clusters networks of their own, or leave `via` out',
    };
  });
}

function sameAddressTwice(named: readonly NamedOffer[]): FieldError[] {
  const seen = new Map<string, NamedOffer>();
  return named.flatMap((entry) => {
    const [host] = entry.plan.hosts;
    if (!host?.address) return [];
    const keys = callers(entry).map(({ caller }) => `${caller.cluster.name} ${host.address}`);
    const first = keys.map((key) => seen.get(key)).find((other) => other !== undefined);
    for (const key of keys) if (!seen.has(key)) seen.set(key, entry);
    if (!first || first === entry) return [];
    return {
      path: `${entry.path}.address`,
      expected: `differ from that of ${first.path}`,
      actual: show(host.address),
      hint: 'choose one that nothing has, or leave it out to be given one',
    };
  });
}

function paths(named: readonly NamedOffer[]): string {
  return named.map(({ path }) => path).join(', ');
}
