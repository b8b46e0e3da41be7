import { OPERATOR_LABELS, PORTS, podLabels } from '../../../lib/database/pxc/names';
import type { ClusterNamespace } from '../../../lib/model/cluster';
import type { Database } from '../../../lib/model/database';
import { membersIn, operatorNamespaceOf } from '../../../lib/plan/mesh';
import type { PodRef } from '../../kubernetes/pod-ref';
import { selects } from '../../kubernetes/selectors';
import type { Lab } from '../../lab';
import { retry } from '../../retry';
import { mysqlLogIn } from '../attempts';
import { NO_PROXY, UNAUTHORIZED } from '../callers';
import type { Check, Observation } from '../check';
import type { ProofContext } from '../context';
import { dialFromPod, type Target } from '../dialling';
import { withMutation } from '../mutation';
import { withoutNetworkPolicies } from '../mutations/network-policies';
import { objectMutation } from '../mutations/objects';
import { PlannedObjects } from '../planned-objects';
import type { Suite } from '../suite';

/** How long a changed policy may take to arrive. */
const TIMEOUT = 20_000;
const CLOSED = [PORTS.mysqlx, PORTS.admin];

/**
 * MySQL's administrative and X protocol ports, where no NetworkPolicy closes them: the mesh lets in the operator and the database's own
 * namespace, and closes the connections of others. MySQL's greeting is all that those get. Without its policy they can log in.
 */
export const adminPorts: Suite = {
  title: 'The mesh alone closes the administrative ports of databases',
  phase: 'disruptive',
  available: (context) =>
    members(context).length > 0 ? undefined : 'no database of the fleet has pods in the mesh',
  checks: (context) =>
    Promise.all(members(context).map(({ database, at }) => memberCheck(context, database, at))),
};

function members({ fleet, facts }: ProofContext): { database: Database; at: ClusterNamespace }[] {
  return fleet.clusters.flatMap((cluster) =>
    facts.databasesIn(cluster).flatMap((database) =>
      membersIn(database, cluster)
        .filter(({ at }) => facts.isMeshed(at))
        .map(({ at }) => ({ database, at })),
    ),
  );
}

/** The clients that dial the ports. */
interface Clients {
  readonly unauthorized: PodRef;
  /** Without a proxy. */
  readonly plain: PodRef;
  readonly insider: PodRef;
  readonly operator: PodRef;
}

async function clientsOf(
  { callers }: ProofContext,
  database: Database,
  at: ClusterNamespace,
): Promise<Clients> {
  const cluster = at.cluster.name;
  const [unauthorized, plain, insider, operator] = await Promise.all([
    callers.get({ cluster, namespace: UNAUTHORIZED, suffix: 'local' }),
    callers.get({ cluster, namespace: UNAUTHORIZED, suffix: 'no-proxy', annotations: NO_PROXY }),
    callers.get({ cluster, namespace: at.name, suffix: 'local' }),
    callers.get({
      ...{
        cluster,
        namespace: operatorNamespaceOf(database, at),
        suffix: 'operator',
        labels: OPERATOR_LABELS,
      },
    }),
  ]);
  return { unauthorized, plain, insider, operator };
}

async function memberCheck(context: ProofContext, database: Database, at: ClusterNamespace): Promise<Check> {
  const clients = await clientsOf(context, database, at);
  return {
    group: 'administrative ports, by the mesh alone',
    name: `${at.cluster.name}: ${CLOSED.join(' and ')} of ${at.name}/${database.name}`,
    expected: 'the namespace and its operator log in; unauthorized clients do without the policy alone',
    timeoutMs: 0,
    from: clients.unauthorized,
    run: () =>
      withMutation(withoutNetworkPolicies(context, at), () => observeMesh(context, database, at, clients)),
  };
}

async function observeMesh(
  { lab, dist }: ProofContext,
  database: Database,
  at: ClusterNamespace,
  { unauthorized, plain, insider, operator }: Clients,
): Promise<Observation> {
  const policies = new PlannedObjects(dist).adminPolicies(at);
  const openTo = (from: PodRef, ports: readonly number[] = CLOSED) =>
    openPorts(lab, from, database, at, ports);
  const all = (await openTo(insider)).length;
  const inside = await countBecomes(all, () => openTo(insider));
  const admin = await countBecomes(all, () => openTo(operator, [PORTS.mysql, PORTS.admin]));
  const refused = await countBecomes(0, async () => [
    ...(await openTo(unauthorized)),
    ...(await openTo(plain)),
  ]);
  const withoutPolicies = objectMutation(lab, {
    name: 'no AuthorizationPolicy before the administrative ports',
    cluster: at.cluster.primaryCluster.name,
    original: policies,
    changed: [],
  });
  const open = await withMutation(withoutPolicies, () => countBecomes(all, () => openTo(unauthorized)));
  const again = await countBecomes(0, () => openTo(unauthorized));
  return {
    ok:
      all > 0 &&
      policies.length > 0 &&
      inside === all &&
      admin === all &&
      refused === 0 &&
      open === all &&
      again === 0,
    observed:
      `of ${all} ports, insiders log in on ${inside}, the operator on ${admin} (with 3306), unauthorized clients on ` +
      `${refused}; without the policy on ${open}, with it again on ${again}`,
  };
}

/** The last count before the deadline. */
async function countBecomes(wanted: number, ports: () => Promise<readonly string[]>): Promise<number> {
  const { value } = await retry(ports, { until: ({ length }) => length === wanted, timeoutMs: TIMEOUT });
  return value.length;
}

/** X protocol: a message of one byte, its type, that asks for the server's capabilities. */
const CAPABILITIES = { request: '0100000001', answer: 'authentication.mechanisms' };

/** The ports of a database's pods on which a client can log in, or ask for the capabilities of MySQL's X protocol. */
async function openPorts(
  lab: Lab,
  from: PodRef,
  { name }: Database,
  { cluster, name: namespace }: ClusterNamespace,
  ports: readonly number[],
): Promise<string[]> {
  const targets = lab
    .cluster(cluster.name)
    .pods.all.filter(({ pod }) => pod.metadata.namespace === namespace)
    .filter(({ pod }) => selects({ matchLabels: podLabels(name) }, pod))
    .flatMap(({ address }) => ports.map((port) => ({ host: address, port })));
  const isLetIn = async ({ host, port }: { host: string; port: number }) => {
    if (port !== PORTS.mysqlx)
      return (await mysqlLogIn(lab, from, host, port, 'operator')).reached !== undefined;
    const target: Target = { host, port, how: 'plain', says: CAPABILITIES.request };
    const [outcome] = await dialFromPod(lab, from, [target]);
    return outcome?.answer.includes(CAPABILITIES.answer) ?? false;
  };
  const letIn = await Promise.all(targets.map(isLetIn));
  return targets.filter((_, index) => letIn[index]).map(({ host, port }) => `${host}:${port}`);
}
