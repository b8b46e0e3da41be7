import type { GatewaySettings } from '../../lib';
import type { Dice } from './dice';
import type { ClusterSpec } from './fleet-spec';
import type { Path } from './paths';
import { randomCa, randomControlPlane, randomRemoteSecret } from './random-control-plane';
import { type Ground, istiodOf, type Site } from './sites';

const NAMES = ['alpha', 'b', 'east-1', 'prod-eu-west', 'cluster-c', 'z9'];
const NETWORKS = ['network1', 'Net_2', 'vpc.three', 'n4'];

/** Two to four clusters: their networks, and whose istiod configures them. */
export function randomGround(dice: Dice): Ground {
  const names = dice.shuffle(NAMES).slice(0, dice.pick([2, 2, 2, 3, 3, 4]));
  const networks = dice.shuffle(NETWORKS);
  const sites: Site[] = [];
  for (const [index, name] of names.entries()) {
    const shared = index > 0 && dice.chance(25) ? dice.pick(sites).network : undefined;
    const isRemote = index > 0 && dice.chance(22);
    const primary = isRemote ? dice.pick(sites.filter((site) => !site.primary)).name : undefined;
    sites.push({ index, name, network: shared ?? (networks[index] as string), primary });
  }
  return { sites, discovery: dice.chance(40) };
}

/** The props of a cluster: those that its offers need, and others. */
export function randomCluster(dice: Dice, ground: Ground, site: Site, paths: readonly Path[]): ClusterSpec {
  const { index, name, network, primary } = site;
  const own = paths.filter(({ from }) => from === site);
  const isPrimary = ground.sites.some((other) => other.primary === name);
  const hasGateway = isPrimary || own.some(({ kind }) => kind === 'eastWestGateway');
  const hasNodePorts = own.some(({ kind }) => kind === 'nodePort');
  const isRead = primary !== undefined || (ground.discovery && ground.sites.length > 1);
  const addressPool = dice.maybe(25, () => poolOf(index));
  const address = dice.pick([
    ...[addressOf(index, 0), addressOf(index, 0)],
    ...(isPrimary ? [] : [`gw.${name}.example.com`]),
    ...(addressPool ? [] : [`2001:db8::${index + 1}`]),
  ]);
  const gatewayAddress = hasGateway || dice.chance(50) ? address : undefined;
  const nodeAddresses = dice.some(
    [`172.21.${index}.2`, `172.21.${index}.3`, `node.${name}.example.com`],
    1,
    3,
  );
  const gateway = randomGateway(dice.fork('gateway'), index);
  const trustDomain = dice.maybe(25, () => `${name}.example.org`);
  const ca = dice.maybe(60, () => randomCa(dice.fork('ca')));
  const dnsCapture = randomDnsCapture(dice, ground, site, paths);
  return {
    name,
    network,
    gatewayAddress,
    gatewayPort:
      gatewayAddress === undefined
        ? undefined
        : dice.maybe(45, () => dice.pick([443, 15_443, 31_400, 20_000])),
    nodeAddresses: hasNodePorts || dice.chance(15) ? nodeAddresses : undefined,
    addressPool,
    gateway: hasGateway && dice.chance(60) ? gateway : undefined,
    apiServer: isRead || dice.chance(15) ? apiServerOf(dice, site) : undefined,
    primary,
    controlPlane:
      dice.chance(30) || dnsCapture === false
        ? randomControlPlane(dice.fork('control plane'), { istiod: !primary, dnsCapture })
        : undefined,
    remoteSecret: dice.maybe(40, () => randomRemoteSecret(dice.fork('remote secret'), name)),
    registryOnlyNamespaces: registryOnly(dice, site, paths),
    trustDomain: primary ? undefined : trustDomain,
    ca: primary ? undefined : ca,
  };
}

function addressOf(index: number, last: number): string {
  return `203.0.113.${10 * (index + 1) + last}`;
}

function poolOf(index: number): string[] {
  return [`${addressOf(index, 0)}-${addressOf(index, 5)}`, `198.18.${index}.0/28`];
}

function apiServerOf(dice: Dice, { index, name }: Site): string {
  const host = dice.pick([addressOf(index, 8), `api.${name}.example.com`]);
  return `https://${host}${dice.pick([':6443', ':6443', ':8443', ''])}`;
}

/** The settings of a gateway: every one of them. */
function randomGateway(dice: Dice, index: number): GatewaySettings {
  const serviceType = dice.maybe(50, () =>
    dice.pick(['LoadBalancer', 'LoadBalancer', 'NodePort', 'ClusterIP']),
  );
  const isBalanced = serviceType === undefined || serviceType === 'LoadBalancer';
  const isFixed = dice.chance(40);
  const minReplicas = isFixed ? undefined : dice.maybe(40, () => dice.int(1, 3));
  const ranges = dice.pick([
    ['198.51.100.0/24'],
    [`198.51.${index}.0/28`, '192.0.2.64/26'],
    ['198.51.100.0/24', '2001:db8:1::/48'],
  ]);
  const loadBalancerSourceRanges = dice.maybe(35, () => ranges);
  const policy = dice.maybe(40, () => dice.pick(['Cluster', 'Local']));
  return {
    serviceType,
    serviceAnnotations: dice.maybe(30, () => ({ 'example.com/balancer': 'internal' })),
    loadBalancerClass: isBalanced ? dice.maybe(25, () => 'example.com/internal') : undefined,
    loadBalancerSourceRanges: isBalanced ? loadBalancerSourceRanges : undefined,
    externalTrafficPolicy: serviceType === 'ClusterIP' ? undefined : policy,
    replicas: isFixed ? dice.int(1, 2) : undefined,
    minReplicas,
    maxReplicas: isFixed ? undefined : dice.maybe(40, () => (minReplicas ?? 2) + dice.int(0, 2)),
    cpuRequest: dice.maybe(25, () => dice.pick(['50m', '0.1'])),
    memoryRequest: dice.maybe(25, () => dice.pick(['64Mi', '100M'])),
    cpuLimit: dice.maybe(25, () => dice.pick(['1', '2500m'])),
    memoryLimit: dice.maybe(25, () => dice.pick(['512Mi', '1G'])),
  };
}

/** False only where nothing that is dialled has a name that the mesh alone knows. */
function randomDnsCapture(
  dice: Dice,
  { sites }: Ground,
  site: Site,
  paths: readonly Path[],
): boolean | undefined {
  const configured = sites.filter((other) => istiodOf(other) === site.name);
  const dialled = paths.filter(({ caller }) => configured.includes(caller));
  const mayBeFalse = !site.primary && dialled.every(({ hasAddress }) => hasAddress);
  return dice.maybe(30, () => !mayBeFalse || dice.chance(30));
}

/** Some namespace of the cluster that dials an offer, and is in no other cluster of the same istiod. */
function registryOnly(dice: Dice, site: Site, paths: readonly Path[]): string[] | undefined {
  const elsewhere = paths
    .filter(({ caller }) => caller !== site && istiodOf(caller) === istiodOf(site))
    .map(({ callerNamespace }) => callerNamespace);
  const own = paths
    .filter(({ caller, callerNamespace }) => caller === site && !elsewhere.includes(callerNamespace))
    .filter(
      ({ callerNamespace, from }) => istiodOf(from) !== istiodOf(site) || !/^app-/.test(callerNamespace),
    )
    .map(({ callerNamespace }) => callerNamespace);
  const chosen = dice.some([...new Set(own)], 1, 2);
  return dice.chance(30) && chosen.length > 0 ? chosen : undefined;
}
