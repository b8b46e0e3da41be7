import type { Cluster } from '../../../lib/model/cluster';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { dialFromPod } from '../dialling';
import { objectMutation } from '../mutations/objects';
import { negativeControl } from '../negative-control';
import { PlannedObjects } from '../planned-objects';
import type { Suite } from '../suite';
import { forbiddenTargets, isAnswered, noRegistryOnly, registryOnlyPod } from './registry-only-namespaces';

export const noSidecar: Suite = {
  title: 'Without its Sidecar a registry-only namespace reaches other Services',
  phase: 'disruptive',
  available: noRegistryOnly,
  checks: async (context) =>
    (await Promise.all(context.fleet.clusters.map((cluster) => clusterChecks(context, cluster)))).flat(),
};

async function clusterChecks(context: ProofContext, cluster: Cluster): Promise<Check[]> {
  const { lab, dist } = context;
  const checks = cluster.registryOnlyNamespaces.map(async (namespace): Promise<Check> => {
    const from = await registryOnlyPod(context, cluster, namespace);
    const targets = await forbiddenTargets(context, cluster, namespace);
    return negativeControl({
      name: `${cluster.name}/${namespace}: no Sidecar`,
      expected: 'other Services answer with the mutation alone',
      mutation: objectMutation(lab, {
        name: 'no Sidecar',
        cluster: cluster.primaryCluster.name,
        original: [new PlannedObjects(dist).sidecar(cluster.namespace(namespace))],
        changed: [],
      }),
      from,
      timeoutMs: 20_000,
      observe: async () => {
        const outcomes = await dialFromPod(lab, from, targets);
        return targets.filter((target, index) => isAnswered(target, outcomes[index])).length;
      },
      isIntact: (answered) => answered === 0,
      describe: (answered) => `${answered} of ${targets.length} answered`,
    });
  });
  return Promise.all(checks);
}
