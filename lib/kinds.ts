// Each API kind at one version, under the name that its users know. Nothing else imports imports/.

// Kubernetes' own, from the file that cdk8s-plus-27 generates them into
export {
  type Container,
  IntOrString,
  KubeConfigMap as ConfigMap,
  KubeDeployment as Deployment,
  KubeHorizontalPodAutoscalerV2 as HorizontalPodAutoscaler,
  KubeNamespace as Namespace,
  KubeNetworkPolicy as NetworkPolicy,
  KubePodDisruptionBudget as PodDisruptionBudget,
  KubeRole as Role,
  KubeRoleBinding as RoleBinding,
  KubeSecret as Secret,
  KubeService as Service,
  KubeServiceAccount as ServiceAccount,
  KubeStatefulSet as StatefulSet,
  type NetworkPolicyIngressRule,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  Quantity,
  type ServicePort,
} from 'cdk8s-plus-27/lib/imports/k8s';
// Who installs Istio
export { Application } from '../imports/Application';
// Istio
export {
  AuthorizationPolicy,
  AuthorizationPolicySpecAction as AuthorizationPolicyAction,
  type AuthorizationPolicySpecRules as AuthorizationPolicyRule,
} from '../imports/AuthorizationPolicy';
// How secrets get into clusters
export {
  Certificate,
  CertificateSpecPrivateKeyAlgorithm as CertificateKeyAlgorithm,
  CertificateSpecUsages as CertificateUsage,
} from '../imports/Certificate';
export {
  DestinationRule,
  type DestinationRuleSpecTrafficPolicyTls as ClientTlsSettings,
  DestinationRuleSpecTrafficPolicyTlsMode as ClientTlsMode,
} from '../imports/DestinationRule';
export {
  ExternalSecret,
  ExternalSecretSpecSecretStoreRefKind as ExternalSecretStoreKind,
} from '../imports/ExternalSecret';
export { Gateway, GatewaySpecServersTlsMode as GatewayTlsMode } from '../imports/Gateway';
export {
  HelmRelease,
  HelmReleaseSpecChartSpecSourceRefKind as FluxSourceKind,
  HelmReleaseSpecInstallStrategyName as FluxStrategy,
} from '../imports/HelmRelease';
export { HelmRepository } from '../imports/HelmRepository';
export { IpAddressPool as IPAddressPool } from '../imports/IPAddressPool';
export { Issuer } from '../imports/Issuer';
export {
  Istio,
  IstioSpecProfile as SailProfile,
  IstioSpecUpdateStrategyType as SailUpdateStrategy,
  IstioSpecVersion as SailVersion,
} from '../imports/Istio';
export { L2Advertisement } from '../imports/L2Advertisement';
export {
  PeerAuthentication,
  PeerAuthenticationSpecPortLevelMtlsMode as PortMtlsMode,
} from '../imports/PeerAuthentication';
// Percona
export {
  PerconaXtraDbCluster as PerconaXtraDBCluster,
  PerconaXtraDbClusterSpecHaproxyPodDisruptionBudgetMaxUnavailable as HaproxyMaxUnavailable,
  type PerconaXtraDbClusterSpecPxc as PxcSpec,
  PerconaXtraDbClusterSpecPxcPodDisruptionBudgetMaxUnavailable as PxcMaxUnavailable,
} from '../imports/PerconaXtraDBCluster';
export {
  ServiceEntry,
  ServiceEntrySpecLocation as ServiceEntryLocation,
  ServiceEntrySpecResolution as ServiceEntryResolution,
} from '../imports/ServiceEntry';
export {
  Sidecar,
  SidecarSpecOutboundTrafficPolicyMode as OutboundTrafficPolicyMode,
} from '../imports/Sidecar';
export { VirtualService } from '../imports/VirtualService';
