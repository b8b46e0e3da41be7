import { statefulSet } from '../../../lib/database/pxc/names';
import type { Database } from '../../../lib/model/database';
import { operatorNamespaceOf } from '../../../lib/plan/mesh';
import type { PodRef } from '../../kubernetes/pod-ref';
import type { Lab } from '../../lab';
import { retry } from '../../retry';
import type { Mutation } from '../mutation';

const OPERATOR = 'percona-xtradb-cluster-operator';
/** Long, because a revert that fails stops the run. */
const RETURN_TIMEOUT = 180_000;

/**
 * A pod of a source is lost and stays away. Its StatefulSet would replace it at once, so the mutation deletes that first, and stops the
 * operator that would make the StatefulSet again. The revert starts the operator, which makes both.
 */
export function lostPod(lab: Lab, database: Database, { cluster: name, namespace, pod }: PodRef): Mutation {
  const cluster = lab.cluster(name);
  const operator = operatorNamespaceOf(database, database.source);
  const set = statefulSet(database.name);
  const scaleOperator = (replicas: number) =>
    cluster.kubectl.run(['scale', 'deployment', OPERATOR, '-n', operator, `--replicas=${replicas}`]);
  return {
    name: `${pod} is lost`,
    objects: [
      { cluster: name, kind: 'Pod', namespace, name: pod },
      { cluster: name, kind: 'StatefulSet', namespace, name: set },
      { cluster: name, kind: 'Deployment', namespace: operator, name: OPERATOR },
    ],
    apply: async () => {
      await scaleOperator(0);
      await cluster.kubectl.run(['delete', 'statefulset', set, '-n', namespace, '--cascade=orphan']);
      await cluster.pods.delete(namespace, pod);
    },
    revert: async () => {
      await scaleOperator(1);
      const find = () => cluster.client.find(`/api/v1/namespaces/${namespace}/pods/${pod}`);
      const { ok } = await retry(find, { until: (one) => one !== undefined, timeoutMs: RETURN_TIMEOUT });
      if (!ok)
        throw new Error(`the operator has not made ${namespace}/${pod} after ${RETURN_TIMEOUT / 1000} s`);
      await cluster.pods.waitPodReady(namespace, pod, RETURN_TIMEOUT);
    },
  };
}
