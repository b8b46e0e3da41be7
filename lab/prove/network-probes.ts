import { haproxyPodLabels, OPERATOR_LABELS, PORTS, podLabels } from '../../lib/database/pxc/names';
import type { Cluster } from '../../lib/model/cluster';
import type { Database } from '../../lib/model/database';
import type { Fleet } from '../../lib/model/fleet';
import { selects } from '../kubernetes/selectors';
import type { Lab } from '../lab';
import { retry } from '../retry';
import { STRANGERS } from './callers';
import { dialFromPod, type Outcome, type Target } from './dialling';
import { manifests } from './offers';
import { CONTROL, type Place, type Probe, type Verdict } from './probe';
import type { TrafficContext } from './traffic-probes';

/** Ports of the database, and of every Istio proxy: metrics and the ports that it catches traffic on. */
const TRIED = [
  ...[PORTS.mysql, PORTS.mysqlReplicas, PORTS.proxyProtocol, PORTS.mysqlx, PORTS.admin, ...PORTS.galera],
  ...[15006, 15020, 15090],
];
const CLIENTS_OF_PROXY = [PORTS.mysql, PORTS.mysqlReplicas, PORTS.proxyProtocol, PORTS.mysqlx];
/** Callers without a proxy of their own: the network alone is asked. */
const UNMESHED = { 'sidecar.istio.io/inject': 'false' };

/** Who reaches the pods of a database past the mesh: by NetworkPolicy, its clients and nobody else. */
export async function networkProbes(context: TrafficContext, cluster: Cluster): Promise<Probe[]> {
  const { fleet } = context;
  const closed = fleet.defaultDenyNamespaces(cluster);
  const probes = fleet.databasesIn(cluster).flatMap((database) =>
    database.membersIn(cluster).flatMap(({ at }) => {
      if (!closed.includes(at.name)) return [];
      const clients = database.clients.filter((client) => client.cluster === cluster).map(({ name }) => name);
      const insiders = [...new Set([at.name, ...clients])];
      return [
        ...insiders.map((name) => reachProbe(context, cluster, database, at.name, name, 'clients')),
        reachProbe(context, cluster, database, at.name, database.operatorIn(at).name, 'operator'),
        reachProbe(context, cluster, database, at.name, STRANGERS, 'strangers'),
      ];
    }),
  );
  return Promise.all(probes);
}

/** Without the policies the same strangers get through: the network itself keeps nobody away. */
export async function networkControls(context: TrafficContext, cluster: Cluster): Promise<Probe[]> {
  const { fleet, dist, lab } = context;
  const [namespace] = fleet.defaultDenyNamespaces(cluster);
  if (!namespace) return [];
  const [database] = fleet.databasesAt(cluster.namespace(namespace));
  if (!database) return [];
  const from = await caller(context, cluster, STRANGERS, 'strangers');
  return [
    {
      group: CONTROL,
      name: `${cluster.name}/${namespace}: no NetworkPolicies`,
      expected: 'strangers get through to every port, and with them as before',
      patienceMs: 0,
      from,
      ask: async () => {
        const targets = targetsOf(context, cluster, namespace, database);
        const open = await withoutNetworkPolicies(lab, fleet, dist, cluster, namespace, () =>
          untilCount(context, from, targets, targets.length),
        );
        const wanted = targets.filter((one) => isOpen(cluster, database, namespace, 'strangers', one)).length;
        const closed = await untilCount(context, from, targets, wanted);
        return {
          ok: open === targets.length && closed === wanted,
          seen: `${open} of ${targets.length} got through, and ${closed} with them`,
        };
      },
    },
  ];
}

/** Does something while a namespace has no NetworkPolicies. */
export async function withoutNetworkPolicies<T>(
  lab: Lab,
  fleet: Fleet,
  dist: string,
  cluster: Cluster,
  namespace: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!fleet.defaultDenyNamespaces(cluster).includes(namespace)) return work();
  const at = lab.cluster(cluster.name);
  const policies = manifests(dist, cluster.name, '28-network-policies').filter(
    ({ metadata }) => metadata.namespace === namespace,
  );
  try {
    await at.kubectl(['delete', 'networkpolicy', '--all', '-n', namespace]);
    return await work();
  } finally {
    for (const policy of policies) await at.applyText(JSON.stringify(policy));
  }
}

async function reachProbe(
  context: TrafficContext,
  cluster: Cluster,
  database: Database,
  namespace: string,
  callers: string,
  who: Who,
): Promise<Probe> {
  const from = await caller(context, cluster, callers, who);
  const targets = targetsOf(context, cluster, namespace, database);
  const open = targets.filter((target) => isOpen(cluster, database, namespace, who, target));
  return {
    group: 'closed by NetworkPolicy',
    name: `${cluster.name}: ${callers}${who === 'operator' ? ' as the operator' : ''}, without a proxy → ${namespace}/${database.name}’s pods`,
    expected: `gets through to ${open.length} of ${targets.length}`,
    patienceMs: 20_000,
    from,
    combinations: targets.length,
    ask: async (): Promise<Verdict> => {
      const outcomes = await dialFromPod(context.lab, from, targets);
      const through = targets.filter((_, index) => isThrough(outcomes[index] as Outcome));
      const wrong = targets.filter((target) => open.includes(target) !== through.includes(target));
      const ports = [...new Set(through.map(({ port }) => port))].sort((a, b) => a - b);
      const seen = `${through.length} of ${targets.length} pods’ ports${ports.length > 0 ? `: ${ports.join(', ')}` : ''}`;
      if (wrong.length === 0 && targets.length > 0) return { ok: true, seen };
      return {
        ok: false,
        seen: `${seen}; wrong: ${wrong.map(({ pod, port }) => `${pod}:${port}`).join(', ')}`,
      };
    },
  };
}

type Who = 'clients' | 'operator' | 'strangers';

/** What the operator dials (pkg/controller/pxc/users.go, pkg/pxc/pxc.go). */
const OPERATORS: readonly number[] = [PORTS.mysql, PORTS.admin];

/** Whether the policies let somebody in: clients to MySQL; strangers where an offer's callers cannot be told from them by address. */
function isOpen(
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
    const isInside = database.operatorIn(cluster.namespace(namespace)).name === namespace;
    return OPERATORS.includes(port) || (isInside && ofClients);
  }
  const isOfferedHere = offer.from === cluster && offer.namespace === namespace;
  return (
    isOfferedHere && !isProxy && port === offer.port && (offer.takes('nodePort') || offer.takes('direct'))
  );
}

interface PodPort extends Target {
  readonly pod: string;
  readonly isProxy: boolean;
}

/** Every tried port of the database's pods. */
function targetsOf(
  { lab }: TrafficContext,
  cluster: Cluster,
  namespace: string,
  { name }: Database,
): PodPort[] {
  return lab.cluster(cluster.name).pods.flatMap(({ pod, address }) => {
    const isOf = (matchLabels: Record<string, string>) =>
      pod.metadata.namespace === namespace && selects({ matchLabels }, pod);
    const isProxy = isOf(haproxyPodLabels(name));
    if (!isProxy && !isOf(podLabels(name))) return [];
    return TRIED.map(
      (port) => ({ host: address, port, how: 'connect', pod: pod.metadata.name, isProxy }) as const,
    );
  });
}

function caller({ callers }: TrafficContext, cluster: Cluster, namespace: string, who: Who): Promise<Place> {
  const unmeshed = { cluster: cluster.name, namespace, annotations: UNMESHED };
  if (who !== 'operator') return callers.get({ ...unmeshed, suffix: 'unmeshed' });
  return callers.get({ ...unmeshed, suffix: 'unmeshed-operator', labels: OPERATOR_LABELS });
}

/** A port where nobody listens was reached too: it said so. */
function isThrough({ how }: Outcome): boolean {
  return how === 'connected' || how === 'ECONNREFUSED';
}

async function untilCount(
  { lab }: TrafficContext,
  from: Place,
  targets: readonly Target[],
  wanted: number,
): Promise<number> {
  const count = async () => (await dialFromPod(lab, from, targets)).filter(isThrough).length;
  return (await retry(count, { until: (through) => through === wanted, timeoutMs: 20_000 })).value;
}
