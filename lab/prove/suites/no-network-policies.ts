import type { Cluster } from '../../../lib/model/cluster';
import { UNAUTHORIZED } from '../callers';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { dialFromPod } from '../dialling';
import { withoutNetworkPolicies } from '../mutations/network-policies';
import { negativeControl } from '../negative-control';
import type { Suite } from '../suite';
import { clientPod, isConnected, isOpen, noDefaultDeny, targetsOf } from './database-network-policies';

export const noNetworkPolicies: Suite = {
  title: 'Without NetworkPolicies unauthorized clients connect to every port of a database',
  phase: 'disruptive',
  available: noDefaultDeny,
  checks: async (context) =>
    (await Promise.all(context.fleet.clusters.map((cluster) => clusterChecks(context, cluster)))).flat(),
};

async function clusterChecks(context: ProofContext, cluster: Cluster): Promise<Check[]> {
  const { facts, lab } = context;
  const [name] = facts.defaultDenyNamespaces(cluster);
  if (!name) return [];
  const namespace = cluster.namespace(name);
  const [database] = facts.databasesAt(namespace);
  if (!database) return [];
  const from = await clientPod(context, cluster, UNAUTHORIZED, 'unauthorized');
  const targets = () => targetsOf(context, cluster, name, database);
  return [
    negativeControl({
      name: `${cluster.name}/${name}: no NetworkPolicies`,
      expected: 'an unauthorized client connects to every port with the mutation alone',
      mutation: withoutNetworkPolicies(context, namespace),
      from,
      timeoutMs: 20_000,
      observe: async () => {
        const tried = targets();
        const connected = (await dialFromPod(lab, from, tried)).filter(isConnected).length;
        const open = tried.filter((one) => isOpen(cluster, database, name, 'unauthorized', one)).length;
        return { connected, open, tried: tried.length };
      },
      isIntact: ({ connected, open }) => connected === open,
      isMutated: ({ connected, tried }) => connected === tried && tried > 0,
      describe: ({ connected, tried }) => `${connected} of ${tried} ports`,
    }),
  ];
}
