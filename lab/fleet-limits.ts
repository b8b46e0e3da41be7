import { isIPv4, isIPv6 } from 'node:net';
import type { Cluster } from '../lib/model/cluster';
import type { Database } from '../lib/model/database';
import type { Fleet } from '../lib/model/fleet';
import { lowerOffer } from '../lib/offers/kinds';
import { meshOf } from '../lib/plan/mesh';
import { gatewayAddress, sourcesOf } from './fleet-lab';
import { isPxcImage } from './kubelet/images';

/** A prop of a fleet that means something else in the lab than in a cluster, or nothing. */
export interface LabLimit {
  /** The place of the prop, as errors of the fleet name it. */
  readonly path: string;
  readonly value: string;
  readonly reason: string;
  /** Whether a proof would fail for it. A limit without it only leaves something unproven. */
  readonly refuses: boolean;
}

const NO_IPV6 = 'the lab has no IPv6';

/** Everything of a fleet that the lab does not model, known before a run. */
export function labLimits(fleet: Fleet): LabLimit[] {
  return [
    ...controlPlaneLimits('fleet.controlPlane', fleet.controlPlane.props),
    ...fleet.clusters.flatMap((cluster, index) => clusterLimits(fleet, cluster, `clusters[${index}]`)),
    ...fleet.offers.flatMap((offer, index) =>
      lowerOffer(offer).hosts.flatMap(({ address }) => ipv6(`offers[${index}].address`, address)),
    ),
    ...fleet.databases.flatMap((database, index) => databaseLimits(database, `databases[${index}]`)),
  ];
}

/** Why the lab cannot prove a fleet. */
export function refusals(fleet: Fleet): LabLimit[] {
  return labLimits(fleet).filter(({ refuses }) => refuses);
}

function clusterLimits(fleet: Fleet, cluster: Cluster, path: string): LabLimit[] {
  const { gateway, gatewayAddress = '', nodeAddresses, addressPool = [], ca, remoteSecret } = cluster;
  const _isNamed = gatewayAddress !== '' && !isIPv4(gatewayAddress);
  return [
    ...ipv6(`${path}.gatewayAddress`, gatewayAddress),
    ...sharedAddress(fleet, cluster, path),
    ...nodeAddresses.flatMap((address, n) => ipv6(`${path}.nodeAddresses[${n}]`, address)),
    ...addressPool.flatMap((range, n) =>
      range.includes(':') ? [unproven(`${path}.addressPool[${n}]`, range, NO_IPV6)] : [],
    ),
    ...gatewayLimits(gateway, `${path}.gateway`),
    ...sharedSources(fleet, cluster, path),
    ...controlPlaneLimits(`${path}.controlPlane`, cluster.controlPlane?.props),
    ...unresolvedNames(fleet, cluster, path),
    ...(ca.kind === 'externalSecret'
      ? [unproven(`${path}.ca`, ca.kind, 'the External Secrets operator does not run: the lab makes cacerts')]
      : []),
    ...(ca.certManagerProps && !ca.certManagerProps.caSecretName
      ? [
          unproven(
            `${path}.ca.issuerName`,
            ca.certManagerProps.issuerName,
            'the lab has no such issuer: it makes cacerts itself',
          ),
        ]
      : []),
    ...(remoteSecret.kind === 'externalSecret'
      ? [
          unproven(
            `${path}.remoteSecret`,
            remoteSecret.kind,
            'the External Secrets operator does not run: eastwest remote-secret makes the Secret',
          ),
        ]
      : []),
  ];
}

function gatewayLimits(gateway: Cluster['gateway'], path: string): LabLimit[] {
  const { loadBalancerSourceRanges: ranges = [], minReplicas, maxReplicas } = gateway;
  const sixes = ranges.filter((range) => range.includes(':'));
  const value = ranges.join(', ');
  const at = `${path}.loadBalancerSourceRanges`;
  return [
    ...(sixes.length === 0
      ? []
      : sixes.length < ranges.length
        ? [unproven(at, value, NO_IPV6)]
        : [refused(at, value, NO_IPV6)]),
    ...(minReplicas !== undefined || maxReplicas !== undefined
      ? [
          unproven(
            path,
            `minReplicas ${minReplicas ?? 2}, maxReplicas ${maxReplicas ?? 5}`,
            'nothing scales in the lab: one replica runs',
          ),
        ]
      : []),
    ...given(path, gateway, ['loadBalancerClass', 'serviceAnnotations'], 'one load balancer serves all'),
    ...given(path, gateway, RESOURCES, NO_RESOURCES),
  ];
}

const RESOURCES = ['cpuRequest', 'memoryRequest', 'cpuLimit', 'memoryLimit'];
const NO_RESOURCES = 'the lab reserves and limits nothing';

function controlPlaneLimits(path: string, props: object | undefined): LabLimit[] {
  return [
    ...given(path, props, ['version', 'compatibilityVersion'], 'the lab runs its own release of Istio'),
    ...given(path, props, ['replicas'], 'one istiod runs'),
    ...given(path, props, RESOURCES, NO_RESOURCES),
  ];
}

/** The lab dials hosts by their names. */
function unresolvedNames(fleet: Fleet, cluster: Cluster, path: string): LabLimit[] {
  const { controlPlaneOf, dataPlaneClustersOf, partOf } = meshOf(fleet);
  if (cluster.primary || controlPlaneOf(cluster).dnsCapture) return [];
  const dials = dataPlaneClustersOf(cluster).some((one) => partOf(one).called.length > 0);
  const at = cluster.controlPlane ? `${path}.controlPlane` : 'fleet.controlPlane';
  return dials
    ? [refused(`${at}.dnsCapture`, 'false', 'the lab dials hosts by name, not by the address of a host')]
    : [];
}

/** One address on two nodes is nobody's. */
function sharedAddress({ clusters }: Fleet, cluster: Cluster, path: string): LabLimit[] {
  const first = clusters.find(({ gatewayAddress }) => gatewayAddress === cluster.gatewayAddress);
  if (cluster.gatewayAddress === undefined || first === cluster) return [];
  const reason = `${first?.name} has the same: in the lab an address leads to one cluster`;
  return [refused(`${path}.gatewayAddress`, cluster.gatewayAddress, reason)];
}

/** Callers of several clusters that come from one address are one caller to the interconnect. */
function sharedSources(fleet: Fleet, cluster: Cluster, path: string): LabLimit[] {
  const gateway = gatewayAddress(fleet, cluster);
  const sources = fleet.clusters.flatMap((_, index) => sourcesOf(fleet, index)[gateway] ?? []);
  const { loadBalancerSourceRanges = [] } = cluster.gateway;
  if (new Set(sources).size === sources.length) return [];
  const reason = 'each cluster has an address of its own to come from, and the ranges have too few';
  return [refused(`${path}.gateway.loadBalancerSourceRanges`, loadBalancerSourceRanges.join(', '), reason)];
}

function databaseLimits({ settings, offer }: Database, path: string): LabLimit[] {
  const { release } = settings;
  const image = release?.props.pxcImage ?? '';
  return [
    ...lowerOffer(offer)
      .hosts.slice(0, 1)
      .flatMap(({ address }) => ipv6(`${path}.address`, address)),
    ...(release && !isPxcImage(image)
      ? [refused(`${path}.release`, image, 'the lab knows the database by the name of its image')]
      : []),
    ...(release && isPxcImage(image) ? [unproven(`${path}.release`, image, 'MySQL 9.7 runs for it')] : []),
    ...given(path, settings, ['storage', 'storageClassName'], 'a volume is a folder of the machine'),
    ...given(path, settings, ['cpuRequest', 'memoryRequest'], NO_RESOURCES),
    ...given(path, settings, ['haproxySize'], 'HAProxy does not run: its pods idle'),
  ];
}

function given(
  path: string,
  props: object | undefined,
  names: readonly string[],
  reason: string,
): LabLimit[] {
  return Object.entries(props ?? {})
    .filter(([name, value]) => names.includes(name) && value !== undefined)
    .map(([name, value]) => unproven(`${path}.${name}`, textOf(value), reason));
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function ipv6(path: string, address: string | undefined): LabLimit[] {
  return address !== undefined && isIPv6(address) ? [refused(path, address, NO_IPV6)] : [];
}

function refused(path: string, value: string, reason: string): LabLimit {
  return { path, value, reason, refuses: true };
}

function unproven(path: string, value: string, reason: string): LabLimit {
  return { path, value, reason, refuses: false };
}
