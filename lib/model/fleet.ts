import { type FieldError, InvalidInputError } from '../rules/field-error';
import * as rules from '../rules/rules';
import { fleetErrors } from '../validation/fleet';
import { Cluster, type ClusterNamespace } from './cluster';
import { type ClusterPart, type ConsumedOffer, clusterParts, NO_PART } from './cluster-part';
import { ControlPlane } from './control-plane';
import { Database, type DatabaseProps } from './database';
import { type FleetProps, fleetRules } from './fleet-props';
import type { Offer } from './offer';

/**
 * The clusters of one mesh, what they offer to one another, and the databases that run in several of them. A
 * Fleet is plain data: it writes no file, and only `validate` throws, with everything that is wrong at once.
 * `writeFleet` and FleetManifests turn it into YAML.
 */
export class Fleet {
  /** The mesh's name, as given in FleetProps.meshId. */
  public readonly meshId: string;
  /** The clusters, as given in FleetProps.clusters. */
  public readonly clusters: readonly Cluster[];
  /** The trust domain of clusters without their own: FleetProps.trustDomain, or `cluster.local`. */
  public readonly trustDomain: string;
  /** The namespace of istiod and the gateways: FleetProps.istioNamespace, or `istio-system`. */
  public readonly istioNamespace: string;
  /** Whether istiods read all other clusters: FleetProps.discovery, or false. */
  public readonly discovery: boolean;
  /**
   * How Istio is installed where a cluster does not say it: FleetProps.controlPlane, or
   * `ControlPlane.istioctl()`.
   */
  public readonly controlPlane: ControlPlane;
  /** Whether NetworkPolicies are written: FleetProps.networkPolicies, or true. */
  public readonly networkPolicies: boolean;
  /** The Istio revision, as given in FleetProps.revision. */
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

  /** Takes the description of the fleet. It throws nothing; `validate` does. */
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

  /**
   * Adds an offer to the fleet and returns it. Offers must be added before the fleet's FleetManifests are
   * made.
   */
  public offer(offer: Offer): Offer {
    this._offers.push(offer);
    this.parts = undefined;
    return offer;
  }

  /**
   * Adds a database to the fleet and returns it. The source's pods are offered to the replicas without a
   * further call of `offer`. Databases must be added before the fleet's FleetManifests are made.
   */
  public database(props: DatabaseProps): Database {
    const database = new Database(props);
    this._databases.push(database);
    this.parts = undefined;
    return database;
  }

  /**
   * The labels of a namespace by which Istio injects proxies into its pods: `istio.io/rev` where the fleet
   * has a revision, otherwise `istio-injection`.
   */
  public get injectionLabels(): { [key: string]: string } {
    return this.revision ? { 'istio.io/rev': this.revision } : { 'istio-injection': 'enabled' };
  }

  /** The databases, in the order in which they were added. */
  public get databases(): readonly Database[] {
    return this._databases;
  }

  /** The offers that `offer` added, without those of the databases. */
  public get workloadOffers(): readonly Offer[] {
    return this._offers;
  }

  /** All offers: first those that `offer` added, then those of databases that have replicas. */
  public get offers(): Offer[] {
    const followed = this._databases.filter(({ replicas }) => replicas.length > 0);
    return [...this._offers, ...followed.map(({ offer }) => offer)];
  }

  /** The offers of which a cluster is the source (`from`). */
  public offersFrom(cluster: Cluster): readonly Offer[] {
    return this.partOf(cluster).offered;
  }

  /** The offers of a cluster that at least one caller dials through the cluster's east-west gateway. */
  public offersThroughGateway(cluster: Cluster): readonly Offer[] {
    return this.offersFrom(cluster).filter((offer) => offer.takes('eastWestGateway'));
  }

  /**
   * The node ports of an offer's hosts, in the order of `Offer.hosts`. The list is empty where no caller
   * comes by node port.
   */
  public nodePortsOf(offer: Offer): readonly number[] {
    return this.partOf(offer.from).nodePorts.ports.get(offer) ?? [];
  }

  /** The offers that a cluster's namespaces may dial, each with its callers in that cluster. */
  public offersTo(cluster: Cluster): readonly ConsumedOffer[] {
    return this.partOf(cluster).consumed;
  }

  /**
   * The trust domain of the identities in a cluster: that of the cluster whose istiod signs for it, or the
   * fleet's.
   */
  public trustDomainOf({ primaryCluster }: Cluster): string {
    return primaryCluster.trustDomain ?? this.trustDomain;
  }

  /**
   * The other trust domains that a cluster's istiod must accept: those of its `neighbours`, sorted, without
   * its own.
   * https://istio.io/latest/docs/tasks/security/authorization/authz-td-migration/
   */
  public trustDomainAliases(cluster: Cluster): string[] {
    const domains = this.neighbours(cluster).map((neighbour) => this.trustDomainOf(neighbour));
    return [...new Set(domains)].filter((domain) => domain !== this.trustDomainOf(cluster)).sort();
  }

  /** How Istio is installed in a cluster: as the cluster says, or as the fleet says. */
  public controlPlaneOf(cluster: Cluster): ControlPlane {
    return cluster.controlPlane ?? this.controlPlane;
  }

  /**
   * The clusters whose proxies a cluster's istiod configures: the cluster itself and its remote clusters. The
   * list is empty for a remote cluster.
   */
  public dataPlaneClustersOf(cluster: Cluster): Cluster[] {
    return [...(this.configured.get(cluster) ?? [])];
  }

  /**
   * The other clusters whose API servers a cluster's istiod reads. The list is empty for a remote cluster.
   */
  public remoteClustersOf(cluster: Cluster): Cluster[] {
    if (cluster.primary) return [];
    const read = this.discovery ? this.known : this.dataPlaneClustersOf(cluster);
    return read.filter((other) => other !== cluster);
  }

  /**
   * Whether the istiod of another cluster reads a cluster's API server, and so needs a remote secret for it.
   */
  public hasRemoteSecret(cluster: Cluster): boolean {
    if (!this.discovery)
      return cluster.primary !== undefined && this.dataPlaneClustersOf(cluster.primary).includes(cluster);
    return this.readers.some((reader) => reader !== cluster);
  }

  /** Whether the proxies of other clusters get their configuration from a cluster's istiod. */
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

  /** The namespaces of database members whose Percona operator runs in the given namespace. */
  public databasesAdministeredFrom({ cluster, name }: ClusterNamespace): readonly ClusterNamespace[] {
    return this.databasesIn(cluster).flatMap((database) =>
      database
        .membersIn(cluster)
        .map(({ at }) => at)
        .filter((at) => database.operatorIn(at).name === name),
    );
  }

  /**
   * The default-deny namespaces of a cluster, sorted: those with a database. A NetworkPolicy closes them to
   * everybody whom no other NetworkPolicy lets in. The list is empty where the fleet writes no
   * NetworkPolicies.
   */
  public defaultDenyNamespaces(cluster: Cluster): string[] {
    if (!this.networkPolicies) return [];
    const members = this.databasesIn(cluster).flatMap((database) => database.membersIn(cluster));
    return [...new Set(members.map(({ at }) => at.name))].sort();
  }

  /**
   * The namespaces that the fleet writes in a cluster, sorted, without istiod's. Among them are the
   * namespaces of its remote clusters, because Istio's objects for those are in the primary.
   */
  public namespacesIn(cluster: Cluster): string[] {
    const names = [cluster, ...this.dataPlaneClustersOf(cluster)].flatMap((one) => this.inhabited(one));
    return [...new Set(names)].filter((name) => name !== this.istioNamespace).sort();
  }

  /**
   * Whether Istio injects proxies into a namespace's pods. It does everywhere but in a namespace whose offers
   * all have `mutualTls: false` and that dials no offer. A namespace with only an operator follows its
   * databases.
   */
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

  /**
   * The clusters that a cluster exchanges traffic with or reads, and the cluster itself, in the order of the
   * fleet.
   */
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

  /**
   * Everything that is wrong with the fleet, its clusters, offers and databases. The list is empty where
   * `validate` would not throw.
   */
  public errors(): FieldError[] {
    return [...rules.checkProps('fleet', this.props, fleetRules), ...fleetErrors(this)];
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

  /**
   * Checks the fleet.
   * @throws InvalidInputError that names everything that is wrong.
   */
  public validate(): void {
    InvalidInputError.throwIfAny(this.errors());
  }
}
