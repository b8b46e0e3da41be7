// The fleet: plain data.

// From fleet to YAML.
export { FleetManifests, writeFleet } from './charts/fleet-manifests';
// The database.
export { PxcReplicaSet, type PxcReplicaSetProps } from './database/pxc-replica-set';
export {
  type ReplicaChannelProps,
  ReplicationChannel,
  type ReplicationSource,
} from './database/replication-channel';
export { CaSource, type CertManagerCaProps, type ExternalSecretCaProps } from './fleet/ca-source';
export { Cluster, ClusterNamespace, type ClusterProps } from './fleet/cluster';
export { ControlPlane, type ControlPlaneProps, type InstallMethod } from './fleet/control-plane';
export { Database, type DatabaseMember, type DatabaseProps } from './fleet/database';
export { Fleet } from './fleet/fleet';
export type { FleetProps } from './fleet/fleet-props';
export type { GatewaySettings } from './fleet/gateway-settings';
export { Naming, type PodAddress } from './fleet/naming';
export {
  NetworkPath,
  type NetworkPathKind,
  type NetworkPathProps,
  type NodePortPathProps,
} from './fleet/network-path';
export { Offer, type OfferedWorkload } from './fleet/offer';
export type { OfferedHost } from './fleet/offer-kinds';
export type {
  GroupOfferProps,
  OfferProps,
  ServiceOfferProps,
  StatefulSetOfferProps,
} from './fleet/offer-props';
export { InvalidInputError, type Problem } from './fleet/problem';
export { Protocol } from './fleet/protocol';
export { PxcRelease, type PxcReleaseProps } from './fleet/pxc-release';
export type { PxcSettings } from './fleet/pxc-settings';
export {
  type ExternalRemoteSecretProps,
  RemoteSecretSource,
} from './fleet/remote-secret-source';
export { Stage } from './fleet/stage';
export { AddressPool, type AddressPoolProps } from './mesh/address-pool';
export type { RemoteHostProps, RemotePortProps } from './mesh/connection';
export {
  CrossClusterServiceEntry,
  type CrossClusterServiceEntryProps,
  type RemoteEndpoint,
} from './mesh/cross-cluster-service-entry';
export { CrossNetworkGateway, type CrossNetworkGatewayProps } from './mesh/cross-network-gateway';
// The mesh: constructs for anyone's cdk8s app.
export { DiscoveredServiceRule, type DiscoveredServiceRuleProps } from './mesh/discovered-service-rule';
export { EastWestGateway, type EastWestGatewayProps } from './mesh/east-west-gateway';
export { IngressGateway, type IngressGatewayProps } from './mesh/ingress-gateway';
export { IngressRoute, type IngressRouteProps } from './mesh/ingress-route';
export { IstiodGateway, type IstiodGatewayProps } from './mesh/istiod-gateway';
export {
  type MeshNetwork,
  MeshNetworks,
  type MeshNetworksProps,
  type NetworkMember,
} from './mesh/mesh-networks';
export { NamespaceSidecar, type NamespaceSidecarProps } from './mesh/namespace-sidecar';
export { NodePortService, type NodePortServiceProps } from './mesh/node-port-service';
export { OfferedServiceEntry, type OfferedServiceEntryProps } from './mesh/offered-service-entry';
export { OfferedWorkloadPolicy, type OfferedWorkloadPolicyProps } from './mesh/offered-workload-policy';
export { PartitionedServiceHost, type PartitionedServiceHostProps } from './mesh/partitioned-service-host';
export { RemoteSecret, type RemoteSecretProps } from './mesh/remote-secret';
export { RemoteSecretToken, type RemoteSecretTokenProps } from './mesh/remote-secret-token';
export { SharedCaSecret, type SharedCaSecretProps } from './mesh/shared-ca-secret';
export { WorkloadPortPolicy, type WorkloadPortPolicyProps } from './mesh/workload-port-policy';
// Who reaches pods past the mesh.
export { DefaultDeny, type DefaultDenyProps } from './network-policy/default-deny';
export {
  GatewayNetworkPolicy,
  type GatewayNetworkPolicyProps,
} from './network-policy/gateway-network-policy';
export {
  OfferedNetworkPolicy,
  type OfferedNetworkPolicyProps,
} from './network-policy/offered-network-policy';
export {
  OperatorNetworkPolicy,
  type OperatorNetworkPolicyProps,
} from './network-policy/operator-network-policy';
export { PxcNetworkPolicy, type PxcNetworkPolicyProps } from './network-policy/pxc-network-policy';
