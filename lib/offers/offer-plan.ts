import type { Cluster, ClusterNamespace } from '../model/cluster';
import type { NetworkPathKind } from '../model/network-path';
import type { Offer } from '../model/offer';

/** One host of an offer, with the names that must agree in both clusters. */
export interface OfferedHost {
  /** The name of the pod, the group or the Service. The objects that belong to the host bear it. */
  readonly name: string;
  /** The host by which the offering cluster's gateway knows the pods. */
  readonly sourceHost: string;
  /** The host that callers dial. */
  readonly consumerHost: string;
  /** The host that pods of the offering cluster dial; undefined where the pods have no host of their own there. */
  readonly localHost?: string;
  /** The name of the pod, where the host leads to a single one. */
  readonly pod?: string;
  /** The SNI by which the offering cluster's gateway forwards connections to the host. */
  readonly sni: string;
  /** Labels that select the pods behind the host, and no others. */
  readonly labels: { [key: string]: string };
  /** The virtual address that the host resolves to, where the offer gives one. */
  readonly address?: string;
  /**
   * Istio's subset of the pods that run in one cluster, where same-named Services of several clusters are one Service to the
   * mesh. It is called as the cluster.
   */
  readonly subset?: string;
}

/** Pods of an offer that share a PeerAuthentication and an AuthorizationPolicy. */
export interface OfferedWorkload {
  /** The name of the policies: that of the offer, or of one pod. */
  readonly name: string;
  /** Labels that select the pods, and no others. */
  readonly labels: { [key: string]: string };
  /** The SNIs that only callers of other clusters use; undefined where callers inside the cluster use the same. */
  readonly snis?: readonly string[];
  /** Hosts of Kubernetes Services that the gateway routes on every port of the Service. */
  readonly serviceHosts?: readonly string[];
}

/** The callers of an offer in one cluster. */
export interface OfferCallers {
  readonly cluster: Cluster;
  /** The network path from this cluster to the offer. */
  readonly path: NetworkPathKind;
  readonly callers: readonly ClusterNamespace[];
}

/** A host that must lead to one offer only: in the offering cluster, or where its callers are. */
export interface HostClaim {
  readonly host: string;
  readonly where: 'offering cluster' | 'callers';
}

/** The rule for connections to a Service that callers' istiods discover; both sides need it. */
export interface DiscoveredService {
  readonly host: string;
  /** The clusters of which callers dial the pods alone. */
  readonly subsets: readonly string[];
}

/** An offer as plain data. What its kind decides is decided here: nothing behind it asks for the kind. */
export interface OfferPlan {
  readonly offer: Offer;
  /** The port on which the pods' containers listen: Istio's policies and NetworkPolicies name it. */
  readonly targetPort: number;
  readonly hosts: readonly OfferedHost[];
  readonly workloads: readonly OfferedWorkload[];
  /** The callers, by cluster, in the offer's order. */
  readonly callers: readonly OfferCallers[];
  /** Namespaces of the offering cluster whose pods dial the offered port: the pods' own first. */
  readonly localNamespaces: readonly string[];
  /** Those of `localNamespaces` that the policies must name, because they use the SNIs of remote callers. */
  readonly namedLocalNamespaces: readonly string[];
  /** Hosts that the offering cluster's gateway knows by ServiceEntries of this offer. */
  readonly gatewayEntries: readonly OfferedHost[];
  /** Hosts that callers know by ServiceEntries of this offer. */
  readonly callerEntries: readonly OfferedHost[];
  /** The Service that callers' istiods must discover. */
  readonly discovered?: DiscoveredService;
  /** Hosts that lead to the pods of one cluster alone. */
  readonly partitionedHosts: readonly (OfferedHost & { readonly subset: string })[];
  /** Names that the DNS of a caller's cluster would answer itself, where it has pods of the same names. */
  readonly localNames: readonly string[];
  readonly claims: readonly HostClaim[];
}

/** Whether the connections of at least one caller take a network path. */
export function takes({ offer, callers }: OfferPlan, path: NetworkPathKind): boolean {
  return callers.some((one) => one.cluster !== offer.from && one.path === path);
}

/** The network path from a cluster whose callers the offer names. */
export function pathFrom({ callers }: OfferPlan, cluster: Cluster): NetworkPathKind | undefined {
  return callers.find((one) => one.cluster === cluster)?.path;
}
