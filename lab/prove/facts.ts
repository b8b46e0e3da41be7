import type { Cluster, ClusterNamespace } from '../../lib/model/cluster';
import type { Database } from '../../lib/model/database';
import type { Fleet } from '../../lib/model/fleet';
import type { Offer } from '../../lib/model/offer';

/** What a fleet means for its clusters. Only this file calls the Fleet's query methods: a plan of the fleet can take their place here. */
export class FleetFacts {
  constructor(private readonly fleet: Fleet) {}

  get injectionLabels(): Readonly<Record<string, string>> {
    return this.fleet.injectionLabels;
  }

  offersFrom(cluster: Cluster): readonly Offer[] {
    return this.fleet.offersFrom(cluster);
  }

  offersThroughGateway(cluster: Cluster): readonly Offer[] {
    return this.fleet.offersThroughGateway(cluster);
  }

  /** The hosts that a namespace may dial because an offer names it. */
  hostsOfferedTo({ cluster, name }: ClusterNamespace): readonly string[] {
    return this.fleet
      .offersTo(cluster)
      .filter(({ callers }) => callers.some((caller) => caller.name === name))
      .flatMap(({ offer }) => offer.hosts.map(({ consumerHost }) => consumerHost));
  }

  nodePortsOf(offer: Offer): readonly number[] {
    return this.fleet.nodePortsOf(offer);
  }

  trustDomainOf(cluster: Cluster): string {
    return this.fleet.trustDomainOf(cluster);
  }

  /** The trust domains whose identities a cluster accepts. */
  trustDomainsAcceptedBy(cluster: Cluster): readonly string[] {
    return [this.fleet.trustDomainOf(cluster), ...this.fleet.trustDomainAliases(cluster)];
  }

  /** The other clusters whose API servers a cluster's istiod reads. */
  remoteClustersOf(cluster: Cluster): readonly Cluster[] {
    return this.fleet.remoteClustersOf(cluster);
  }

  /** Whether the istiod of another cluster reads a cluster's API server. */
  hasRemoteSecret(cluster: Cluster): boolean {
    return this.fleet.hasRemoteSecret(cluster);
  }

  exposesIstiod(cluster: Cluster): boolean {
    return this.fleet.exposesIstiod(cluster);
  }

  databasesIn(cluster: Cluster): readonly Database[] {
    return this.fleet.databasesIn(cluster);
  }

  databasesAt(namespace: ClusterNamespace): readonly Database[] {
    return this.fleet.databasesAt(namespace);
  }

  /** The namespaces of the databases whose operator runs in a namespace. */
  namespacesAdministeredFrom(namespace: ClusterNamespace): readonly string[] {
    return this.fleet.databasesAdministeredFrom(namespace).map(({ name }) => name);
  }

  defaultDenyNamespaces(cluster: Cluster): readonly string[] {
    return this.fleet.defaultDenyNamespaces(cluster);
  }

  isMeshed(namespace: ClusterNamespace): boolean {
    return this.fleet.isMeshed(namespace);
  }
}
