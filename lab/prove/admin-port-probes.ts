import { OPERATOR_LABELS, PORTS, podLabels } from '../../lib/database/pxc/names';
import type { Cluster, ClusterNamespace } from '../../lib/model/cluster';
import type { Database } from '../../lib/model/database';
import { selects } from '../kubernetes/selectors';
import { retry } from '../retry';
import { mysqlLogIn } from './attempts';
import { STRANGERS } from './callers';
import { dialFromPod, type Target } from './dialling';
import { withoutNetworkPolicies } from './network-probes';
import { allManifests, type Manifest } from './offers';
import type { Place, Probe, Verdict } from './probe';
import type { TrafficContext } from './traffic-probes';

/** How long a changed policy may take to arrive. */
const ARRIVES = 20_000;
const CLOSED = [PORTS.mysqlx, PORTS.admin];

/**
 * MySQL's administrative and X protocol ports, where no NetworkPolicy stands before them: the mesh lets in the operator's namespace and
 * the database's own, and ends the others' connections: MySQL's greeting is all that they get. Without its policy they get in.
 */
export async function adminPortProbes(context: TrafficContext, cluster: Cluster): Promise<Probe[]> {
  const { fleet } = context;
  const probes = fleet.databasesIn(cluster).flatMap((database) =>
    database
      .membersIn(cluster)
      .filter(({ at }) => fleet.isMeshed(at))
      .map(({ at }) => memberProbe(context, database, at)),
  );
  return Promise.all(probes);
}

async function memberProbe(
  { lab, fleet, dist, callers }: TrafficContext,
  database: Database,
  at: ClusterNamespace,
): Promise<Probe> {
  const { cluster, name: namespace } = at;
  const operatorAt = database.operatorIn(at);
  const [stranger, unmeshed, insider, operator] = await Promise.all([
    callers.get({ cluster: cluster.name, namespace: STRANGERS, suffix: 'local' }),
    callers.get({
      ...{ cluster: cluster.name, namespace: STRANGERS, suffix: 'unmeshed' },
      annotations: { 'sidecar.istio.io/inject': 'false' },
    }),
    callers.get({ cluster: cluster.name, namespace, suffix: 'local' }),
    callers.get({
      ...{ cluster: cluster.name, namespace: operatorAt.name, suffix: 'operator' },
      labels: OPERATOR_LABELS,
    }),
  ]);
  const istiod = lab.cluster(cluster.primaryCluster.name);
  const policies = allManifests(dist, cluster.primaryCluster.name).filter(
    ({ kind, metadata }) =>
      kind === 'AuthorizationPolicy' && metadata.namespace === namespace && metadata.name.endsWith('-admin'),
  );
  const answered = (from: Place, ports: readonly number[]) => answers(lab, from, database, at, ports);
  return {
    group: 'administrative ports, by the mesh alone',
    name: `${cluster.name}: ${namespace}/${database.name}’s ${CLOSED.join(' and ')}`,
    expected: 'let in the namespace and its operator, and no strangers until the policy is gone',
    patienceMs: 0,
    from: stranger,
    ask: () =>
      withoutNetworkPolicies(lab, fleet, dist, cluster, namespace, async (): Promise<Verdict> => {
        const all = (await answered(insider, CLOSED)).length;
        const inside = await settled(
          () => answered(insider, CLOSED),
          (ports) => ports.length === all && all > 0,
        );
        const admin = await settled(
          () => answered(operator, [PORTS.mysql, PORTS.admin]),
          (ports) => ports.length === all,
        );
        const refused = await settled(
          async () => [...(await answered(stranger, CLOSED)), ...(await answered(unmeshed, CLOSED))],
          (ports) => ports.length === 0,
        );
        let open: readonly string[] = [];
        try {
          for (const { metadata } of policies)
            await istiod.kubectl(['delete', 'authorizationpolicy', metadata.name, '-n', namespace]);
          open = await settled(
            () => answered(stranger, CLOSED),
            (ports) => ports.length === all,
          );
        } finally {
          for (const policy of policies) await istiod.applyText(JSON.stringify(policy satisfies Manifest));
        }
        const again = await settled(
          () => answered(stranger, CLOSED),
          (ports) => ports.length === 0,
        );
        return {
          ok:
            all > 0 &&
            policies.length > 0 &&
            inside.length === all &&
            admin.length === all &&
            refused.length === 0 &&
            open.length === all &&
            again.length === 0,
          seen:
            `of ${all}, insiders ${inside.length}, the operator ${admin.length} (with 3306), strangers ` +
            `${refused.length}; without the policy ${open.length}, with it ${again.length}`,
        };
      }),
  };
}

/** X protocol: a message of one byte, its type, that asks for the server's capabilities. */
const CAPABILITIES = { asked: '0100000001', told: 'authentication.mechanisms' };

/** The pods' ports that let somebody in: to log in, or to ask for what MySQL's X protocol can do. */
async function answers(
  lab: TrafficContext['lab'],
  from: Place,
  { name }: Database,
  { cluster, name: namespace }: ClusterNamespace,
  ports: readonly number[],
): Promise<string[]> {
  const targets = lab
    .cluster(cluster.name)
    .pods.filter(({ pod }) => pod.metadata.namespace === namespace)
    .filter(({ pod }) => selects({ matchLabels: podLabels(name) }, pod))
    .flatMap(({ address }) => ports.map((port) => ({ host: address, port })));
  const isLetIn = async ({ host, port }: { host: string; port: number }) => {
    if (port !== PORTS.mysqlx)
      return (await mysqlLogIn(lab, from, host, port, 'operator')).reached !== undefined;
    const target: Target = { host, port, how: 'plain', says: CAPABILITIES.asked };
    const [outcome] = await dialFromPod(lab, from, [target]);
    return outcome?.answer.includes(CAPABILITIES.told) ?? false;
  };
  const letIn = await Promise.all(targets.map(isLetIn));
  return targets.filter((_, index) => letIn[index]).map(({ host, port }) => `${host}:${port}`);
}

async function settled<T>(ask: () => Promise<T>, until: (value: T) => boolean): Promise<T> {
  return (await retry(ask, { until, timeoutMs: ARRIVES })).value;
}
