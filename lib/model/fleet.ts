import { entries, given } from '../rules/given';
import type { Cluster } from './cluster';
import { ControlPlane } from './control-plane';
import { Database, type DatabaseProps } from './database';
import type { FleetProps } from './fleet-props';
import type { Offer } from './offer';

/**
 * The clusters of one mesh, what they offer to one another, and the databases that run in several of them. A
 * Fleet is plain data: it writes no file and throws nothing. `validate` names everything that is wrong with
 * it. `writeFleet` and FleetManifests turn it into YAML.
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

  /** Takes the description of the fleet. It throws nothing; `validate` checks the description. */
  constructor(
    /** The description, as it was given. */
    public readonly props: FleetProps,
  ) {
    const { meshId, clusters, trustDomain, istioNamespace, discovery, ...others } = given(props);
    this.meshId = meshId;
    this.clusters = entries(clusters);
    this.trustDomain = trustDomain ?? 'cluster.local';
    this.istioNamespace = istioNamespace ?? 'istio-system';
    this.discovery = discovery ?? false;
    this.controlPlane = others.controlPlane ?? ControlPlane.istioctl();
    this.networkPolicies = others.networkPolicies ?? true;
    this.revision = others.revision;
    Object.freeze(this);
  }

  /**
   * Adds an offer to the fleet and returns it. Offers must be added before the fleet's FleetManifests are
   * made.
   */
  public offer(offer: Offer): Offer {
    this._offers.push(offer);
    return offer;
  }

  /**
   * Adds a database to the fleet and returns it. The source's pods are offered to the replicas without a
   * further call of `offer`. Databases must be added before the fleet's FleetManifests are made.
   */
  public database(props: DatabaseProps): Database {
    const database = new Database(props);
    this._databases.push(database);
    return database;
  }

  /** The offers that `offer` added, in this order. Those of databases are not among them: see Database.offer. */
  public get offers(): readonly Offer[] {
    return this._offers;
  }

  /** The databases that `database` added, in this order. */
  public get databases(): readonly Database[] {
    return this._databases;
  }
}
