import { isIP } from 'node:net';
import type { Cluster } from '../model/cluster';
import { type FieldError, show } from '../rules/field-error';
import { callers, type NamedOffer } from './named-offer';
import { areSameDatabase } from './same-names';

/** The DNS of a caller's cluster answers with a local pod where one has the same full name. */
export function hiddenByLocalPods(entry: NamedOffer, all: readonly NamedOffer[]): FieldError[] {
  const { path, offer, plan } = entry;
  if (plan.localNames.length === 0) return [];
  const hosts = new Set(plan.localNames);
  return callers(entry).flatMap(({ caller, where }) => {
    const local = all.find(
      (other) =>
        other.offer.from === caller.cluster &&
        other.plan.hosts.some(({ sourceHost }) => hosts.has(sourceHost)),
    );
    if (caller.cluster === offer.from || (caller.name !== offer.namespace && !local)) return [];
    return {
      path: `${path}.${where}`,
      expected: `not have pods of its own named like the remote ones (${plan.localNames[0]} and on)`,
      actual: `namespace '${caller.name}' of '${caller.cluster.name}'`,
      hint: 'use a namespace of another name there, or naming: Naming.alias(suffix)',
    };
  });
}

/** Two offers that claim one host, in the offering cluster or where their callers are. */
export function sameHostTwice(named: readonly NamedOffer[]): FieldError[] {
  const seen = new Map<string, NamedOffer>();
  return named.flatMap((entry) => {
    const hosts = claimedBy(entry);
    const clash = hosts.find((host) => seen.has(host));
    const first = clash && seen.get(clash);
    for (const host of hosts) if (!seen.has(host)) seen.set(host, entry);
    if (!clash || !first || first === entry || areSameDatabase(first, entry)) return [];
    const samePort = first.offer.port === entry.offer.port;
    return {
      path: samePort ? entry.path : `${entry.path}.port`,
      expected: samePort
        ? 'offer a host once'
        : `be ${first.offer.port}, as in ${first.path} for the same host`,
      actual: samePort ? `${clash}, which ${first.path} offers too` : `${entry.offer.port} for ${clash}`,
      hint: samePort ? "put all callers into one offer's `to`" : 'offer one port of a workload',
    };
  });
}

function claimedBy(entry: NamedOffer): string[] {
  const { offer, plan } = entry;
  return plan.claims.flatMap(({ host, where }) =>
    where === 'offering cluster'
      ? [`host ${host} of cluster ${offer.from.name}`]
      : callers(entry).map(
          ({ caller }) => `host ${host} in namespace ${caller.name} of cluster ${caller.cluster.name}`,
        ),
  );
}

/** A caller that dials a gateway, a node or an API server by name must not be led elsewhere by an alias of that name. */
export function hiddenAddresses(clusters: readonly Cluster[], named: readonly NamedOffer[]): FieldError[] {
  const owners = new Map(clusters.flatMap((cluster) => namesOf(cluster).map((name) => [name, cluster])));
  if (owners.size === 0) return [];
  return named.flatMap(({ path, plan }) =>
    plan.hosts.flatMap(({ consumerHost }) => {
      const owner = owners.get(consumerHost);
      if (!owner) return [];
      return {
        path,
        expected:
          'not be dialled by a name that a cluster is reached under, which the mesh would then lead to the pods',
        actual: `${show(consumerHost)}, an address of ${show(owner.name)}`,
        hint: 'choose a name that nothing has',
      };
    }),
  );
}

/** The names under which other clusters reach a cluster's gateway, nodes and API server. An alias is never an IP address. */
function namesOf({ gatewayAddress, nodeAddresses, apiServer }: Cluster): string[] {
  const api = apiServer && URL.canParse(apiServer) ? [new URL(apiServer).hostname] : [];
  const addresses = [...(gatewayAddress ? [gatewayAddress] : []), ...nodeAddresses, ...api];
  return addresses.filter((address) => isIP(address) === 0);
}
