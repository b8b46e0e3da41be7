import { haproxyPodLabels, OPERATOR_LABELS, PORTS, podLabels } from '../../../lib/database/pxc/names';
import type { Cluster } from '../../../lib/model/cluster';
import type { Database } from '../../../lib/model/database';
import { lowerOffer } from '../../../lib/offers/kinds';
import { takes } from '../../../lib/offers/offer-plan';
import { membersIn, operatorNamespaceOf } from '../../../lib/plan/mesh';
import type { PodRef } from '../../kubernetes/pod-ref';
import { selects } from '../../kubernetes/selectors';
import { NO_PROXY, UNAUTHORIZED } from '../callers';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { dialFromPod, type Outcome, type Target } from '../dialling';
import type { Suite } from '../suite';

/** Ports of the database, and of every Istio proxy: metrics and the ports that it catches traffic on. */
const TRIED = [
  ...[PORTS.mysql, PORTS.mysqlReplicas, PORTS.proxyProtocol, PORTS.mysqlx, PORTS.admin, ...PORTS.galera],
  ...[15006, 15020, 15090],
];
const CLIENTS_OF_PROXY = [PORTS.mysql, PORTS.mysqlReplicas, PORTS.proxyProtocol, PORTS.mysqlx];

/** The clients have no proxy: NetworkPolicies alone decide, not the mesh. */
export const databaseNetworkPolicies: Suite = {
  title: 'NetworkPolicies let a database’s clients reach MySQL, and others no port',
  phase: 'concurrent',
  available: noDefaultDeny,
  checks: async (context) =>
    (await Promise.all(context.fleet.clusters.map((cluster) => clusterChecks(context, cluster)))).flat(),
};

export function noDefaultDeny({ fleet, facts }: ProofContext): string | undefined {
  return fleet.clusters.some((cluster) => facts.defaultDenyNamespaces(cluster).length > 0)
    ? undefined
    : 'no namespace of the fleet has default deny';
}

async function clusterChecks(context: ProofContext, cluster: Cluster): Promise<Check[]> {
  const { facts } = context;
  const closed = facts.defaultDenyNamespaces(cluster);
  const checks = facts.databasesIn(cluster).flatMap((database) =>
    membersIn(database, cluster).flatMap(({ at }) => {
      if (!closed.includes(at.name)) return [];
      const clients = database.clients.filter((client) => client.cluster === cluster).map(({ name }) => name);
      const insiders = [...new Set([at.name, ...clients])];
      return [
        ...insiders.map((name) => reachCheck(context, cluster, database, at.name, name, 'clients')),
        reachCheck(context, cluster, database, at.name, operatorNamespaceOf(database, at), 'operator'),
        reachCheck(context, cluster, database, at.name, UNAUTHORIZED, 'unauthorized'),
      ];
    }),
  );
  return Promise.all(checks);
}

async function reachCheck(
  context: ProofContext,
  cluster: Cluster,
  database: Database,
  namespace: string,
  callers: string,
  who: Who,
): Promise<Check> {
  const from = await clientPod(context, cluster, callers, who);
  const targets = targetsOf(context, cluster, namespace, database);
  const open = targets.filter((target) => isOpen(cluster, database, namespace, who, target));
  return {
    group: 'NetworkPolicies of databases',
    name: `${cluster.name}: ${callers}${who === 'operator' ? ' as the operator' : ''}, without a proxy → the pods of ${namespace}/${database.name}`,
    expected: `connects to ${open.length} of ${targets.length} ports`,
    timeoutMs: 20_000,
    from,
    combinations: targets.length,
    run: async () => {
      const outcomes = await dialFromPod(context.lab, from, targets);
      const through = targets.filter((_, index) => isConnected(outcomes[index] as Outcome));
      const wrong = targets.filter((target) => open.includes(target) !== through.includes(target));
      const ports = [...new Set(through.map(({ port }) => port))].sort((a, b) => a - b);
      const observed = `${through.length} of ${targets.length} ports${ports.length > 0 ? `: ${ports.join(', ')}` : ''}`;
      if (wrong.length === 0 && targets.length > 0) return { ok: true, observed };
      return {
        ok: false,
        observed: `${observed}; wrong: ${wrong.map(({ pod, port }) => `${pod}:${port}`).join(', ')}`,
      };
    },
  };
}

type Who = 'clients' | 'operator' | 'unauthorized';

/** What the operator dials (pkg/controller/pxc/users.go, pkg/pxc/pxc.go). */
const OPERATORS: readonly number[] = [PORTS.mysql, PORTS.admin];

/**
 * Whether the policies let a client in: clients of the database to MySQL; unauthorized ones where an offer's callers cannot be told from
 * them by address.
 */
export function isOpen(
  cluster: Cluster,
  database: Database,
  namespace: string,
  who: Who,
  { isProxy, port }: PodPort,
): boolean {
  const { offer } = database;
  const ofClients = (isProxy ? CLIENTS_OF_PROXY : [PORTS.mysql]).some((one) => one === port);
  if (who === 'clients') return ofClients;
  if (who === 'operator') {
    const isInside = operatorNamespaceOf(database, cluster.namespace(namespace)) === namespace;
    return OPERATORS.includes(port) || (isInside && ofClients);
  }
  const isOfferedHere = offer.from === cluster && offer.namespace === namespace;
  const plan = lowerOffer(offer);
  const isOpenToAll = takes(plan, 'nodePort') || takes(plan, 'direct');
  return isOfferedHere && !isProxy && port === offer.port && isOpenToAll;
}

export interface PodPort extends Target {
  readonly pod: string;
  readonly isProxy: boolean;
}

/** Every tried port of the database's pods. */
export function targetsOf(
  { lab }: ProofContext,
  cluster: Cluster,
  namespace: string,
  { name }: Database,
): PodPort[] {
  return lab.cluster(cluster.name).pods.all.flatMap(({ pod, address }) => {
    const isOf = (matchLabels: Record<string, string>) =>
      pod.metadata.namespace === namespace && selects({ matchLabels }, pod);
    const isProxy = isOf(haproxyPodLabels(name));
    if (!isProxy && !isOf(podLabels(name))) return [];
    return TRIED.map(
      (port) => ({ host: address, port, how: 'connect', pod: pod.metadata.name, isProxy }) as const,
    );
  });
}

export function clientPod(
  { callers }: ProofContext,
  cluster: Cluster,
  namespace: string,
  who: Who,
): Promise<PodRef> {
  const client = { cluster: cluster.name, namespace, annotations: NO_PROXY };
  if (who !== 'operator') return callers.get({ ...client, suffix: 'no-proxy' });
  return callers.get({ ...client, suffix: 'no-proxy-operator', labels: OPERATOR_LABELS });
}

/** A port where no program listens was reached too: the kernel refused the connection. */
export function isConnected({ how }: Outcome): boolean {
  return how === 'connected' || how === 'ECONNREFUSED';
}
