import { Cluster, type ClusterNamespace } from './cluster';
import { type ClusterPart, type ConsumedOffer, clusterParts, NO_PART } from './cluster-part';
import { ControlPlane } from './control-plane';
import { Database, type DatabaseProps } from './database';
import { fleetProblems } from './fleet-problems';
import { type FleetProps, fleetRules } from './fleet-props';
import type { Offer } from './offer';
import { InvalidInputError, type Problem } from './problem';
import * as rules from './rules';

/**
 * Clusters that share a mesh and a root of trust, what they offer to one another, and the databases that follow
 * across them. Plain data: nothing is written and nothing throws until `validate`, so that all that is wrong is said
 * in one go.
 */
export class Fleet {
  public readonly meshId: string;
  public readonly clusters: readonly Cluster[];
  public readonly trustDomain: string;
  public readonly istioNamespace: string;
  public readonly discovery: boolean;
  public readonly controlPlane: ControlPlane;
  public readonly networkPolicies: boolean;
  public readonly revision?: string;
  private readonly _offers: Offer[] = [];
  private readonly _databases: Database[] = [];
  /** The clusters, without what is none: that is said by `problems`. */
  private readonly known: readonly Cluster[];
  /** Those that have an istiod. */
  private readonly readers: readonly Cluster[];
  /** Clusters by the one whose istiod configures them: asked for every cluster, so not searched for each time. */
  private readonly configured = new Map<Cluster, Cluster[]>();
  private parts?: ReadonlyMap<Cluster, ClusterPart>;

  constructor(private readonly props: FleetProps) {
    this.meshId = props?.meshId;
    this.clusters = Array.isArray(props?.clusters) ? props.clusters : [];
    this.known = this.clusters.filter((one) => one instanceof Cluster);
    this.readers = this.known.filter(({ primary }) => !primary);
    for (const cluster of this.known) {
      const { primaryCluster } = cluster;
      this.configured.set(primaryCluster, [...(this.configured.get(primaryCluster) ?? []), cluster]);
    }
    this.trustDomain = props?.trustDomain ?? 'cluster.local';
    this.istioNamespace = props?.istioNamespace ?? 'istio-system';
    this.discovery = props?.discovery ?? false;
    this.controlPlane = props?.controlPlane ?? ControlPlane.istioctl();
    this.networkPolicies = props?.networkPolicies ?? true;
    this.revision = props?.revision;
  }

  /** Lets others dial a workload. */
  public offer(offer: Offer): Offer {
    this._offers.push(offer);
    this.parts = undefined;
    return offer;
  }

  /** Runs a database in several clusters; its source is offered to its replicas. */
  public database(props: DatabaseProps): Database {
    const database = new Database(props);
    this._databases.push(database);
    this.parts = undefined;
    return database;
  }

  /** The labels by which Istio injects proxies into a namespace's pods. */
  public get injectionLabels(): { [key: string]: string } {
    return this.revision ? { 'istio.io/rev': this.revision } : { 'istio-injection': 'enabled' };
  }

  public get databases(): readonly Database[] {
    return this._databases;
  }

  /** What was offered by `offer`, without the databases' own offers. */
  public get workloadOffers(): readonly Offer[] {
    return this._offers;
  }

  /** Every offer: workloads first, then databases that somebody follows. */
  public get offers(): Offer[] {
    const followed = this._databases.filter(({ replicas }) => replicas.length > 0);
    return [...this._offers, ...followed.map(({ offer }) => offer)];
  }

  /** What a cluster lets others dial. */
  public offersFrom(cluster: Cluster): readonly Offer[] {
    return this.partOf(cluster).offered;
  }

  /** What it lets others dial through its east-west gateway. */
  public offersThroughGateway(cluster: Cluster): readonly Offer[] {
    return this.offersFrom(cluster).filter((offer) => offer.takes('eastWestGateway'));
  }

  /** The node ports of an offer's hosts, in their order; none where nobody dials them. */
  public nodePortsOf(offer: Offer): readonly number[] {
    return this.partOf(offer.from).nodePorts.ports.get(offer) ?? [];
  }

  /** What a cluster may dial elsewhere, and from where. */
  public offersTo(cluster: Cluster): readonly ConsumedOffer[] {
    return this.partOf(cluster).consumed;
  }

  /** The trust domain of the identities in a cluster: its istiod's. */
  public trustDomainOf({ primaryCluster }: Cluster): string {
    return primaryCluster.trustDomain ?? this.trustDomain;
  }

  /** The trust domains of the clusters that a cluster deals with, but its own; in order. */
  public trustDomainAliases(cluster: Cluster): string[] {
    const domains = this.neighbours(cluster).map((neighbour) => this.trustDomainOf(neighbour));
    return [...new Set(domains)].filter((domain) => domain !== this.trustDomainOf(cluster)).sort();
  }

  /** How Istio is installed in a cluster. */
  public controlPlaneOf(cluster: Cluster): ControlPlane {
    return cluster.controlPlane ?? this.controlPlane;
  }

  /** The clusters whose proxies a cluster's istiod configures: its own and its remotes'; of a remote none. */
  public dataPlaneClustersOf(cluster: Cluster): Cluster[] {
    return [...(this.configured.get(cluster) ?? [])];
  }

  /** The clusters whose Services a cluster's istiod reads. */
  public remoteClustersOf(cluster: Cluster): Cluster[] {
    if (cluster.primary) return [];
    const read = this.discovery ? this.known : this.dataPlaneClustersOf(cluster);
    return read.filter((other) => other !== cluster);
  }

  /** Whether another cluster's istiod reads a cluster's Services. */
  public hasRemoteSecret(cluster: Cluster): boolean {
    if (!this.discovery)
      return cluster.primary !== undefined && this.dataPlaneClustersOf(cluster.primary).includes(cluster);
    return this.readers.some((reader) => reader !== cluster);
  }

  /** Whether other clusters' proxies ask a cluster's istiod for their configuration. */
  public exposesIstiod(cluster: Cluster): boolean {
    return this.dataPlaneClustersOf(cluster).some((other) => other !== cluster);
  }

  /** The databases that have a member in a cluster. */
  public databasesIn(cluster: Cluster): readonly Database[] {
    return this.partOf(cluster).databases;
  }

  /** The databases that have a member in a namespace. */
  public databasesAt({ cluster, name }: ClusterNamespace): readonly Database[] {
    return this.databasesIn(cluster).filter((one) =>
      one.membersIn(cluster).some(({ at }) => at.name === name),
    );
  }

  /** The places of databases whose Percona operator is in a namespace. */
  public databasesAdministeredFrom({ cluster, name }: ClusterNamespace): readonly ClusterNamespace[] {
    return this.databasesIn(cluster).flatMap((database) =>
      database
        .membersIn(cluster)
        .map(({ at }) => at)
        .filter((at) => database.operatorIn(at).name === name),
    );
  }

  /** The namespaces of a cluster that hold a database, in order: nobody gets in there who is not named. */
  public defaultDenyNamespaces(cluster: Cluster): string[] {
    if (!this.networkPolicies) return [];
    const members = this.databasesIn(cluster).flatMap((database) => database.membersIn(cluster));
    return [...new Set(members.map(({ at }) => at.name))].sort();
  }

  /** Every namespace that a cluster needs, but istiod's, in order: its own, and those in which Istio's objects for remotes are. */
  public namespacesIn(cluster: Cluster): string[] {
    const names = [cluster, ...this.dataPlaneClustersOf(cluster)].flatMap((one) => this.inhabited(one));
    return [...new Set(names)].filter((name) => name !== this.istioNamespace).sort();
  }

  /** Whether a namespace's pods get proxies: all do, but where everything offered is offered without the mesh's TLS. */
  public isMeshed({ cluster, name }: ClusterNamespace): boolean {
    const offered = this.offersFrom(cluster).filter(({ namespace }) => namespace === name);
    const consumes = this.offersTo(cluster).some(({ callers }) =>
      callers.some((caller) => caller.name === name),
    );
    if (consumes || offered.length > 0) return consumes || offered.some(({ isMeshed }) => isMeshed);
    // an operator speaks as its databases do
    const elsewhere = this.databasesAdministeredFrom(cluster.namespace(name)).filter(
      (at) => at.name !== name,
    );
    return elsewhere.length === 0 || elsewhere.some((at) => this.isMeshed(at));
  }

  /** The clusters that a cluster exchanges traffic with, or reads, itself included, in the fleet's order. */
  public neighbours(cluster: Cluster): Cluster[] {
    if (this.discovery) return [...this.clusters];
    const { offered, consumed } = this.partOf(cluster);
    const others = [
      ...this.dataPlaneClustersOf(cluster),
      ...(cluster.primary ? [cluster.primary] : []),
      ...offered.flatMap(({ to }) => to.map((caller) => caller.cluster)),
      ...consumed.map(({ offer }) => offer.from),
    ];
    const found = new Set([cluster, ...others]);
    return [...found].sort((a, b) => this.clusters.indexOf(a) - this.clusters.indexOf(b));
  }

  /** Everything that is wrong. */
  public problems(): Problem[] {
    return [...rules.checkProps('fleet', this.props, fleetRules), ...fleetProblems(this)];
  }

  /** The namespaces of a cluster that offer, consume, or hold a database or its operator. */
  private inhabited(cluster: Cluster): string[] {
    return [
      ...this.offersFrom(cluster).map(({ namespace }) => namespace),
      ...this.offersTo(cluster).flatMap(({ callers }) => callers.map(({ name }) => name)),
      ...this.databasesIn(cluster).flatMap((database) =>
        database.membersIn(cluster).flatMap(({ at }) => [at.name, database.operatorIn(at).name]),
      ),
    ];
  }

  private partOf(cluster: Cluster): ClusterPart {
    this.parts ??= clusterParts(this.offers, this._databases);
    return this.parts.get(cluster) ?? NO_PART;
  }

  /** Throws one InvalidInputError with everything that is wrong. */
  public validate(): void {
    InvalidInputError.throwIfAny(this.problems());
  }
}
