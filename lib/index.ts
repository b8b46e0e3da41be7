/**
 * This page is generated from the docstrings in `lib/` by `npm run docs`; do not edit it. The [glossary](../glossary.md)
 * explains the terms, [which topology do I need](../topologies.md) helps to choose, and the README has a first program.
 *
 * | for | see |
 * | --- | --- |
 * | the clusters of a mesh, what they offer, their databases | {@link Fleet}, {@link Cluster}, {@link ClusterNamespace}, {@link Offer}, {@link Database} |
 * | choices that a fleet makes | {@link Naming}, {@link NetworkPath}, {@link Protocol}, {@link ControlPlane}, {@link CaSource}, {@link RemoteSecretSource}, {@link PxcRelease} |
 * | a fleet as YAML | {@link writeFleet}, {@link FleetManifests}, {@link Stage} |
 * | errors | {@link validate}, {@link InvalidInputError}, {@link FieldError} |
 * | hosts of other clusters, in a cdk8s app of your own | {@link CrossClusterServiceEntry}, {@link OfferedServiceEntry}, {@link NodePortService}, {@link DiscoveredServiceRule}, {@link PartitionedServiceHost} |
 * | gateways | {@link EastWestGateway}, {@link CrossNetworkGateway}, {@link IstiodGateway}, {@link IngressGateway}, {@link IngressRoute}, {@link MeshNetworks}, {@link AddressPool} |
 * | policies | {@link OfferedWorkloadPolicy}, {@link WorkloadPortPolicy}, {@link NamespaceSidecar}, {@link DefaultDeny}, {@link GatewayNetworkPolicy}, {@link OfferedNetworkPolicy}, {@link OperatorNetworkPolicy}, {@link PxcNetworkPolicy} |
 * | Secrets | {@link SharedCaSecret}, {@link RemoteSecret}, {@link RemoteSecretToken} |
 * | MySQL | {@link PxcReplicaSet}, {@link ReplicationChannel} |
 * | objects of your own, typed | `kinds`: every API kind that this library writes, such as `kinds.Deployment` or `kinds.ServiceEntry` |
 *
 * The classes that extend `Construct` take a scope, an id and props, as every cdk8s construct does. They do not throw for
 * wrong props: each adds its errors to its node, and `app.synth()`, `Testing.synth(chart)` and {@link FleetManifests} report
 * those of all constructs at once. `ApiObject.of(construct)` and `construct.node.defaultChild` give a construct's main
 * object.
 * @packageDocumentation
 */

// The fleet: clusters, what they offer, their databases
export { Fleet } from './model/fleet';
export type { FleetProps } from './model/fleet-props';
export { Cluster, ClusterNamespace, type ClusterProps } from './model/cluster';
export { Offer, type OfferOfKind, type OfferSpec } from './model/offer';
export type {
  GroupOfferProps,
  OfferProps,
  ServiceOfferProps,
  StatefulSetOfferProps,
} from './model/offer-props';
export { Database, type DatabaseMember, type DatabaseProps } from './model/database';

// Choices that a fleet makes
export { Naming } from './model/naming';
export {
  NetworkPath,
  type NetworkPathKind,
  type NetworkPathProps,
  type NodePortPathProps,
} from './model/network-path';
export { Protocol } from './model/protocol';
export { ControlPlane, type ControlPlaneProps, type InstallMethod } from './model/control-plane';
export type { GatewaySettings } from './model/gateway-settings';
export { CaSource, type CertManagerCaProps, type ExternalSecretCaProps } from './model/ca-source';
export { type ExternalRemoteSecretProps, RemoteSecretSource } from './model/remote-secret-source';
export { PxcRelease, type PxcReleaseProps } from './database/pxc/release';
export type { PxcSettings } from './database/pxc/settings';

// A fleet as YAML
export { FleetManifests, writeFleet } from './charts/fleet-manifests';
export { Stage } from './model/stage';
export type { OutputFile } from './output/render';

// Errors
export { validate } from './validation/validate';
export { type FieldError, InvalidInputError } from './rules/field-error';

// Hosts of other clusters, in a cdk8s app of your own
export {
  CrossClusterServiceEntry,
  type CrossClusterServiceEntryProps,
  type RemoteEndpoint,
} from './mesh/cross-cluster-service-entry';
export { OfferedServiceEntry, type OfferedServiceEntryProps } from './mesh/offered-service-entry';
export { NodePortService, type NodePortServiceProps } from './mesh/node-port-service';
export { DiscoveredServiceRule, type DiscoveredServiceRuleProps } from './mesh/discovered-service-rule';
export { PartitionedServiceHost, type PartitionedServiceHostProps } from './mesh/partitioned-service-host';
export type { RemoteHostProps, RemotePortProps } from './mesh/connection';

// Gateways and networks
export { EastWestGateway, type EastWestGatewayProps } from './mesh/east-west-gateway';
export { CrossNetworkGateway, type CrossNetworkGatewayProps } from './mesh/cross-network-gateway';
export { IstiodGateway, type IstiodGatewayProps } from './mesh/istiod-gateway';
export { IngressGateway, type IngressGatewayProps } from './mesh/ingress-gateway';
export { IngressRoute, type IngressRouteProps } from './mesh/ingress-route';
export {
  type MeshNetwork,
  MeshNetworks,
  type MeshNetworksProps,
  type NetworkMember,
} from './mesh/mesh-networks';
export { AddressPool, type AddressPoolProps } from './mesh/address-pool';

// Policies
export { OfferedWorkloadPolicy, type OfferedWorkloadPolicyProps } from './mesh/offered-workload-policy';
export { WorkloadPortPolicy, type WorkloadPortPolicyProps } from './mesh/workload-port-policy';
export { NamespaceSidecar, type NamespaceSidecarProps } from './mesh/namespace-sidecar';
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
} from './database/pxc/operator-network-policy';
export { PxcNetworkPolicy, type PxcNetworkPolicyProps } from './database/pxc/network-policy';

// Secrets
export { SharedCaSecret, type SharedCaSecretProps } from './mesh/shared-ca-secret';
export { RemoteSecret, type RemoteSecretProps } from './mesh/remote-secret';
export { RemoteSecretToken, type RemoteSecretTokenProps } from './mesh/remote-secret-token';

// MySQL
export { PxcReplicaSet, type PxcReplicaSetProps } from './database/pxc/replica-set';
export {
  type ReplicaChannelProps,
  ReplicationChannel,
  type ReplicationChannelSpec,
  type ReplicationConnectionSpec,
  type ReplicationSource,
  type ReplicationSourceSpec,
} from './database/pxc/replication-channel';

/**
 * Every API kind that this library writes, at one version and under the name that its users know.
 * @hidden
 */
export * as kinds from './kinds';
