import {
  CaSource,
  type CertManagerCaProps,
  Cluster,
  type ClusterNamespace,
  type ClusterProps,
  ControlPlane,
  type ControlPlaneProps,
  type DatabaseProps,
  type ExternalRemoteSecretProps,
  type ExternalSecretCaProps,
  Fleet,
  type FleetProps,
  type GroupOfferProps,
  type InstallMethod,
  Naming,
  NetworkPath,
  type NetworkPathProps,
  type NodePortPathProps,
  Offer,
  PxcRelease,
  type PxcReleaseProps,
  RemoteSecretSource,
  type ServiceOfferProps,
  type StatefulSetOfferProps,
} from '../../lib';

/** A fleet as plain data: clusters are named, and each value object is the name of its factory with its props. */
export interface FleetSpec extends Omit<FleetProps, 'clusters' | 'controlPlane'> {
  readonly controlPlane?: ControlPlaneSpec;
  readonly clusters: readonly ClusterSpec[];
  readonly offers: readonly OfferSpec[];
  readonly databases: readonly DatabaseSpec[];
}

export interface ClusterSpec extends Omit<ClusterProps, 'primary' | 'controlPlane' | 'remoteSecret' | 'ca'> {
  readonly primary?: string;
  readonly controlPlane?: ControlPlaneSpec;
  readonly remoteSecret?: RemoteSecretSpec;
  readonly ca?: CaSpec;
}

export interface ControlPlaneSpec {
  readonly method: InstallMethod;
  readonly props?: ControlPlaneProps;
}

export type RemoteSecretSpec =
  | { readonly kind: 'externalSecret'; readonly props: ExternalRemoteSecretProps }
  | { readonly kind: 'outOfBand' };

export type CaSpec =
  | { readonly kind: 'externalSecret'; readonly props: ExternalSecretCaProps }
  | { readonly kind: 'certManager'; readonly props: CertManagerCaProps }
  | { readonly kind: 'outOfBand' };

export interface NamespaceSpec {
  readonly cluster: string;
  readonly namespace: string;
  readonly account?: string;
}

export type PathSpec =
  | { readonly kind: 'byNetwork'; readonly props?: NetworkPathProps }
  | { readonly kind: 'eastWestGateway' }
  | { readonly kind: 'nodePort'; readonly props?: NodePortPathProps };

export type NamingSpec =
  | { readonly kind: 'podHostname' | 'servicePerPod' }
  | { readonly kind: 'alias'; readonly suffix: string };

interface Ends {
  readonly from: string;
  readonly to: readonly NamespaceSpec[];
}

/** What a proof needs to know of the pods behind an offer, and the offer does not say. */
interface Pods {
  /** The number of pods behind a group or a Service. */
  readonly pods?: number;
  /** Ports of a Service beside the offered one, by their names. */
  readonly otherPorts?: { readonly [name: string]: number };
}

type Replaced = 'from' | 'to' | 'via' | 'naming';

export type OfferSpec = Pods &
  (
    | {
        readonly kind: 'statefulSet';
        readonly props: Omit<StatefulSetOfferProps, Replaced> &
          Ends & { readonly via?: PathSpec; readonly naming?: NamingSpec };
      }
    | {
        readonly kind: 'group';
        readonly props: Omit<GroupOfferProps, Replaced> & Ends & { readonly via?: PathSpec };
      }
    | { readonly kind: 'service'; readonly props: Omit<ServiceOfferProps, Replaced> & Ends }
  );

export interface DatabaseSpec
  extends Omit<DatabaseProps, 'source' | 'replicas' | 'clients' | 'naming' | 'via' | 'release'> {
  readonly source: NamespaceSpec;
  readonly replicas: readonly NamespaceSpec[];
  readonly clients?: readonly NamespaceSpec[];
  readonly naming?: NamingSpec;
  readonly via?: PathSpec;
  readonly release?: 'V1_19_MYSQL_8_4' | 'V1_19_MYSQL_8_0' | PxcReleaseProps;
}

/** The Fleet that a specification describes. */
export function fleetOf({ clusters: specs, offers, databases, controlPlane, ...more }: FleetSpec): Fleet {
  const clusters = new Map<string, Cluster>();
  // a remote cluster needs its primary's object
  for (const spec of [...specs.filter(isPrimary), ...specs.filter((one) => !isPrimary(one))])
    clusters.set(spec.name, clusterOf(spec, clusters));
  const at = (name: string) => clusters.get(name) as Cluster;
  const fleet = new Fleet({
    ...more,
    controlPlane: controlPlane && controlPlaneOf(controlPlane),
    clusters: specs.map(({ name }) => at(name)),
  });
  for (const spec of offers) fleet.offer(offerOf(spec, at));
  for (const spec of databases) {
    const { source, replicas, clients, naming, via, release, ...settings } = spec;
    fleet.database({
      ...settings,
      source: namespaceOf(source, at),
      replicas: replicas.map((one) => namespaceOf(one, at)),
      clients: clients?.map((one) => namespaceOf(one, at)),
      naming: naming && namingOf(naming),
      via: via && pathOf(via),
      release: release && releaseOf(release),
    });
  }
  return fleet;
}

type ClusterNamed = (name: string) => Cluster;

function isPrimary({ primary }: ClusterSpec): boolean {
  return primary === undefined;
}

function clusterOf(spec: ClusterSpec, made: ReadonlyMap<string, Cluster>): Cluster {
  const { primary, controlPlane, remoteSecret, ca, ...more } = spec;
  return new Cluster({
    ...more,
    primary: primary === undefined ? undefined : made.get(primary),
    controlPlane: controlPlane && controlPlaneOf(controlPlane),
    remoteSecret: remoteSecret && remoteSecretOf(remoteSecret),
    ca: ca && caOf(ca),
  });
}

function offerOf(spec: OfferSpec, at: ClusterNamed): Offer {
  const ends = { from: at(spec.props.from), to: spec.props.to.map((one) => namespaceOf(one, at)) };
  if (spec.kind === 'service') return Offer.service({ ...spec.props, ...ends });
  const via = spec.props.via && pathOf(spec.props.via);
  if (spec.kind === 'group') return Offer.group({ ...spec.props, ...ends, via });
  return Offer.statefulSet({
    ...spec.props,
    ...ends,
    via,
    naming: spec.props.naming && namingOf(spec.props.naming),
  });
}

function namespaceOf({ cluster, namespace, account }: NamespaceSpec, at: ClusterNamed): ClusterNamespace {
  const whole = at(cluster).namespace(namespace);
  return account === undefined ? whole : whole.serviceAccount(account);
}

function controlPlaneOf({ method, props }: ControlPlaneSpec): ControlPlane {
  return ControlPlane[method](props);
}

function remoteSecretOf(spec: RemoteSecretSpec): RemoteSecretSource {
  return spec.kind === 'outOfBand'
    ? RemoteSecretSource.outOfBand()
    : RemoteSecretSource.externalSecret(spec.props);
}

function caOf(spec: CaSpec): CaSource {
  if (spec.kind === 'outOfBand') return CaSource.outOfBand();
  return spec.kind === 'certManager' ? CaSource.certManager(spec.props) : CaSource.externalSecret(spec.props);
}

function pathOf(spec: PathSpec): NetworkPath {
  if (spec.kind === 'eastWestGateway') return NetworkPath.eastWestGateway();
  return spec.kind === 'nodePort' ? NetworkPath.nodePort(spec.props) : NetworkPath.byNetwork(spec.props);
}

function namingOf(spec: NamingSpec): Naming {
  return spec.kind === 'alias' ? Naming.alias(spec.suffix) : Naming[spec.kind]();
}

function releaseOf(release: NonNullable<DatabaseSpec['release']>): PxcRelease {
  return typeof release === 'string' ? PxcRelease[release] : PxcRelease.of(release);
}
