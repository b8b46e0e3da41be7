import type { Cluster, ClusterNamespace } from '../../lib/model/cluster';
import type { Database } from '../../lib/model/database';
import type { Fleet } from '../../lib/model/fleet';
import { type OfferPlan, takes } from '../../lib/offers/offer-plan';
import type { ClusterPlan } from '../../lib/plan/cluster-plan';
import { injectionLabels } from '../../lib/plan/namespaces';
import { type FleetPlan, plan } from '../../lib/plan/plan';

/** What a fleet's plan says of its clusters, in the words of the checks. */
export class FleetFacts {
  public readonly plan: FleetPlan;
  private readonly clusters: ReadonlyMap<Cluster, ClusterPlan>;

  constructor(private readonly fleet: Fleet) {
    this.plan = plan(fleet);
    this.clusters = new Map([...this.plan.clusters].map((one) => [one.cluster, one]));
  }

  /** What is written for a cluster. */
  of(cluster: Cluster): ClusterPlan {
    return this.clusters.get(cluster) ?? this.plan.clusterPlan(cluster);
  }

  get injectionLabels(): Readonly<Record<string, string>> {
    return injectionLabels(this.fleet);
  }

  offersFrom(cluster: Cluster): readonly OfferPlan[] {
    return this.of(cluster).offered;
  }

  offersThroughGateway(cluster: Cluster): readonly OfferPlan[] {
    return this.of(cluster).offered.filter((one) => takes(one, 'eastWestGateway'));
  }

  /** The hosts that a namespace may dial because an offer names it. */
  hostsOfferedTo({ cluster, name }: ClusterNamespace): readonly string[] {
    return this.of(cluster)
      .called.filter(({ from }) => from.callers.some((caller) => caller.name === name))
      .flatMap((called) => called.plan.hosts.map(({ consumerHost }) => consumerHost));
  }

  nodePortsOf(plan: OfferPlan): readonly number[] {
    return this.of(plan.offer.from).offeredNodePorts.get(plan) ?? [];
  }

  trustDomainOf(cluster: Cluster): string {
    return this.of(cluster).trustDomain;
  }

  /** The trust domains whose identities a cluster accepts. */
  trustDomainsAcceptedBy(cluster: Cluster): readonly string[] {
    return [this.trustDomainOf(cluster), ...this.of(cluster).install.trustDomainAliases];
  }

  /** The other clusters whose API servers a cluster's istiod reads. */
  remoteClustersOf(cluster: Cluster): readonly Cluster[] {
    return this.of(cluster).remoteClusters;
  }

  /** Whether the istiod of another cluster reads a cluster's API server. */
  hasRemoteSecret(cluster: Cluster): boolean {
    return this.of(cluster).remoteAccess.tokens.length > 0;
  }

  exposesIstiod(cluster: Cluster): boolean {
    return this.of(cluster).gateway.istiods.length > 0;
  }

  databasesIn(cluster: Cluster): readonly Database[] {
    return [...new Set(this.of(cluster).databases.map(({ database }) => database))];
  }

  databasesAt({ cluster, name }: ClusterNamespace): readonly Database[] {
    return this.of(cluster)
      .databases.filter(({ namespace }) => namespace === name)
      .map(({ database }) => database);
  }

  /** The namespaces of the databases whose operator runs in a namespace. */
  namespacesAdministeredFrom({ cluster, name }: ClusterNamespace): readonly string[] {
    return this.of(cluster)
      .databases.filter(({ operatorNamespace }) => operatorNamespace === name)
      .map(({ namespace }) => namespace);
  }

  defaultDenyNamespaces(cluster: Cluster): readonly string[] {
    return this.of(cluster).defaultDenyNamespaces;
  }

  isMeshed({ cluster, name }: ClusterNamespace): boolean {
    return this.of(cluster).namespaces.some((one) => one.name === name && one.isMeshed);
  }
}
