import type { MemberNetworkPolicy, MemberPlan, OperatorNetworkPolicyPlan } from '../database/member-plan';
import type { AddressPoolProps } from '../mesh/address-pool';
import type { CrossClusterServiceEntryProps } from '../mesh/cross-cluster-service-entry';
import type { CrossNetworkGatewayProps } from '../mesh/cross-network-gateway';
import type { DiscoveredServiceRuleProps } from '../mesh/discovered-service-rule';
import type { EastWestGatewayProps } from '../mesh/east-west-gateway';
import type { IstiodGatewayProps } from '../mesh/istiod-gateway';
import type { NamespaceSidecarProps } from '../mesh/namespace-sidecar';
import type { NodePortServiceProps } from '../mesh/node-port-service';
import type { OfferedServiceEntryProps } from '../mesh/offered-service-entry';
import type { OfferedWorkloadPolicyProps } from '../mesh/offered-workload-policy';
import type { PartitionedServiceHostProps } from '../mesh/partitioned-service-host';
import type { RemoteSecretProps } from '../mesh/remote-secret';
import type { RemoteSecretTokenProps } from '../mesh/remote-secret-token';
import type { SharedCaSecretProps } from '../mesh/shared-ca-secret';
import type { WorkloadPortPolicyProps } from '../mesh/workload-port-policy';
import type { Cluster } from '../model/cluster';
import type { DefaultDenyProps } from '../network-policy/default-deny';
import type { GatewayNetworkPolicyProps } from '../network-policy/gateway-network-policy';
import type { OfferedNetworkPolicyProps } from '../network-policy/offered-network-policy';
import type { OfferPlan } from '../offers/offer-plan';
import type { DatabasePlan } from './databases';
import type { InstallPlan } from './install';
import type { CalledOffer } from './mesh';
import type { NamespacePlan } from './namespaces';

/** What a construct is made from: an id that is unique in its chart, and props that need no second check. */
export interface Planned<Props> {
  readonly id: string;
  readonly props: Props;
}

/** What is written for one cluster. Istio's objects for a remote cluster are in the plan of its primary, whose istiod reads them. */
export interface ClusterPlan {
  readonly cluster: Cluster;
  readonly name: string;
  /** The trust domain of the identities in the cluster. */
  readonly trustDomain: string;
  /** The offers of which the cluster is the source, and the node ports of each in the order of its hosts. */
  readonly offered: readonly OfferPlan[];
  readonly offeredNodePorts: ReadonlyMap<OfferPlan, readonly number[]>;
  /** The offers that namespaces of the cluster may dial. */
  readonly called: readonly CalledOffer[];
  readonly databases: readonly DatabasePlan[];
  /** Namespaces that a NetworkPolicy closes to everybody whom no other NetworkPolicy lets in, sorted. */
  readonly defaultDenyNamespaces: readonly string[];
  /** The clusters whose proxies the cluster's istiod configures, itself among them; none for a remote cluster. */
  readonly dataPlaneClusters: readonly Cluster[];
  /** The other clusters whose API servers the cluster's istiod reads. */
  readonly remoteClusters: readonly Cluster[];

  /** Stage 00: istiod's namespace first. */
  readonly namespaces: readonly NamespacePlan[];
  /** Stage 10; a remote cluster's certificates are signed in its primary. */
  readonly trust: readonly Planned<SharedCaSecretProps>[];
  /** Stage 20. */
  readonly remoteAccess: RemoteAccessPlan;
  /** Stage 25. */
  readonly addressPools: readonly Planned<AddressPoolProps>[];
  /** Stage 26. */
  readonly policies: PoliciesPlan;
  /** Stage 28. */
  readonly networkPolicies: NetworkPoliciesPlan;
  /** Stage 30. */
  readonly gateway: GatewayPlan;
  /** Stage 35. */
  readonly nodePorts: readonly Planned<NodePortServiceProps>[];
  /** Stage 40. */
  readonly traffic: readonly TrafficPlan[];
  /** Stage 50. */
  readonly members: readonly Planned<MemberPlan>[];
  /** The files that install Istio. */
  readonly install: InstallPlan;
}

/** How other istiods read the cluster, and how its istiod reads others. */
export interface RemoteAccessPlan {
  readonly tokens: readonly Planned<RemoteSecretTokenProps>[];
  readonly secrets: readonly Planned<RemoteSecretProps>[];
}

/** Istio's policies, which stand before the gateways and entries that lead to what they guard. */
export interface PoliciesPlan {
  readonly workloads: readonly Planned<OfferedWorkloadPolicyProps>[];
  /** Administrative ports of databases. */
  readonly ports: readonly Planned<WorkloadPortPolicyProps>[];
  readonly sidecars: readonly Planned<NamespaceSidecarProps>[];
}

export interface NetworkPoliciesPlan {
  readonly gateways: readonly Planned<GatewayNetworkPolicyProps>[];
  readonly namespaces: readonly NamespaceNetworkPolicies[];
}

/** The NetworkPolicies of one default-deny namespace. */
export interface NamespaceNetworkPolicies {
  readonly deny: Planned<DefaultDenyProps>;
  readonly operators: readonly Planned<OperatorNetworkPolicyPlan>[];
  readonly members: readonly Planned<MemberNetworkPolicy>[];
  readonly offered: readonly Planned<OfferedNetworkPolicyProps>[];
}

/** The east-west gateway; empty where the cluster offers nothing through one and no other cluster needs its istiod. */
export interface GatewayPlan {
  readonly gateways: readonly Planned<EastWestGatewayProps>[];
  /** The ways to istiod for remote clusters. */
  readonly istiods: readonly Planned<IstiodGatewayProps>[];
  /** The hosts of remote clusters, whose gateways this cluster's istiod configures. */
  readonly remoteHosts: readonly Planned<CrossNetworkGatewayProps>[];
}

/** Istio's objects of one offer on one of its sides, or in one namespace of its callers. */
export interface TrafficPlan {
  readonly rules: readonly Planned<DiscoveredServiceRuleProps>[];
  readonly partitionedHosts: readonly Planned<PartitionedServiceHostProps>[];
  readonly gatewayEntries: readonly Planned<OfferedServiceEntryProps>[];
  readonly callerEntries: readonly Planned<CrossClusterServiceEntryProps>[];
}
