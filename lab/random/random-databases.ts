import type { Dice } from './dice';
import type { DatabaseSpec, NamespaceSpec, NamingSpec, PathSpec } from './fleet-spec';
import { callersBy, type Ground, istiodOf, othersThan, type Site } from './sites';

const FIRST_NODE_PORT = 32_000;
const PORTS_APART = 40;

/** Databases with every prop of DatabaseProps, that the fleet of these clusters accepts. */
export function randomDatabases(dice: Dice, ground: Ground): DatabaseSpec[] {
  const operatorNamespace = dice.maybe(35, () => 'pxc-operators');
  const count = dice.pick([0, 1, 1, 1, 2]);
  const databases: DatabaseSpec[] = [];
  for (let n = 0; n < count; n++)
    databases.push(randomDatabase(dice.fork(`database ${n}`), ground, n, operatorNamespace));
  return databases;
}

function randomDatabase(
  dice: Dice,
  ground: Ground,
  n: number,
  operatorNamespace: string | undefined,
): DatabaseSpec {
  const from = dice.pick(ground.sites);
  const via = randomPath(dice, FIRST_NODE_PORT + n * PORTS_APART);
  const members = dice.some(callersBy(via, from, othersThan(ground, from)), dice.chance(85) ? 1 : 0, 2);
  const source = { cluster: from.name, namespace: `data-${n}` };
  const host = dice.maybe(30, () => `mysql-${n}.${from.name}.global`);
  const naming =
    host === undefined ? dice.maybe(65, () => randomNaming(dice, `pods-${n}.global`)) : undefined;
  const hasOwnNames = host !== undefined || naming?.kind === 'alias';
  const replicas = members.map((site) => ({
    cluster: site.name,
    namespace: replicaNamespace(ground, from, site, n, hasOwnNames && dice.chance(50)),
  }));
  const size = dice.pick([1, 2, 3, 3, 3, 5]);
  return {
    name: dice.pick([`db${n}`, `orders-${n}`, `twenty-two-letters-a-${n}`]),
    source,
    replicas,
    naming,
    host,
    address:
      host === undefined ? undefined : dice.maybe(50, () => dice.pick([`240.0.0.${10 + n}`, `fd00::${n}a`])),
    via,
    clients: dice.maybe(40, () => clientsOf(dice, [from, ...members], n)),
    operatorNamespace,
    channel: dice.maybe(30, () => dice.pick(['a_to_b', 'Orders.to-others', `channel_${n}`])),
    size: size === 3 ? dice.maybe(50, () => 3) : size,
    allowUnsafeSize: size === 3 || size === 5 ? dice.maybe(20, () => true) : true,
    haproxySize: dice.maybe(30, () => dice.pick([2, 3])),
    storage: dice.maybe(30, () => dice.pick(['2Gi', '500M', '1.5Gi'])),
    storageClassName: dice.maybe(20, () => 'fast.example.com'),
    cpuRequest: dice.maybe(30, () => dice.pick(['250m', '1', '0.5'])),
    memoryRequest: dice.maybe(30, () => dice.pick(['512Mi', '1G'])),
    mysqlConfiguration: dice.maybe(25, () => '[mysqld]\nmax_connections=250\n'),
    secretsName: dice.maybe(30, () => `passwords.${n}`),
    release: dice.maybe(30, () => dice.pick([...RELEASES])),
  };
}

const MIRRORED = {
  crVersion: '1.19.0',
  pxcImage: 'registry.example.com:5000/percona/percona-xtradb-cluster:8.4.7-7.1',
  haproxyImage: 'registry.example.com:5000/percona/haproxy:2.8.17',
  logCollectorImage: 'registry.example.com:5000/percona/fluentbit:4.0.1-1',
};
const RELEASES = [
  'V1_19_MYSQL_8_4',
  'V1_19_MYSQL_8_0',
  MIRRORED,
  { ...MIRRORED, pxcImage: 'registry.example.com/mirror/pxc:1' },
] as const;

/** Names of pods do not say in which cluster they are: replicas under those names have a namespace of another name. */
function replicaNamespace({ discovery }: Ground, from: Site, site: Site, n: number, isSame: boolean): string {
  if (isSame && !discovery && istiodOf(from) !== istiodOf(site)) return `data-${n}`;
  return `copy-${n}-${site.name}`;
}

function clientsOf(dice: Dice, members: readonly Site[], n: number): NamespaceSpec[] {
  return dice
    .some(members, 1, 2)
    .map(({ name }) => ({ cluster: name, namespace: dice.pick([`shop-${n}`, 'reports']) }));
}

export function randomNaming(dice: Dice, suffix: string): NamingSpec {
  return dice.pick<NamingSpec>([
    { kind: 'podHostname' },
    { kind: 'servicePerPod' },
    { kind: 'alias', suffix },
  ]);
}

export function randomPath(dice: Dice, firstNodePort: number): PathSpec | undefined {
  const first = dice.maybe(50, () => firstNodePort);
  const mutualTls = dice.maybe(50, () => dice.chance(50));
  return dice.pick<PathSpec | undefined>([
    undefined,
    { kind: 'byNetwork' },
    { kind: 'byNetwork', props: { firstNodePort: first } },
    { kind: 'eastWestGateway' },
    { kind: 'eastWestGateway' },
    { kind: 'nodePort' },
    { kind: 'nodePort', props: { firstNodePort: first, mutualTls } },
  ]);
}

/** Whether callers reach the pods without the mesh's mutual TLS. */
export function isPlain(via: PathSpec | undefined): boolean {
  return via?.kind === 'nodePort' && via.props?.mutualTls === false;
}
