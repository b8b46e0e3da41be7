import * as rules from '../rules/rules';
import { CLUSTER_RULE, type Cluster, type ClusterNamespace, NAMESPACE_RULE } from './cluster';
import { NAMING_RULE, type Naming } from './naming';
import { NETWORK_PATH_RULE, type NetworkPath } from './network-path';
import { Protocol } from './protocol';

/** The props that all kinds of offers have in common. */
export interface OfferProps {
  /** The cluster in which the pods run. */
  readonly from: Cluster;
  /**
   * The pods' namespace. Refused are istiod's namespace and those that Kubernetes makes in every cluster
   * (default, kube-system and so on).
   */
  readonly namespace: string;
  /**
   * The port that callers dial and on which the pods listen: 1 to 65535, but none of the ports that Istio's
   * proxy uses itself (15000, 15001, 15006, 15090 and others).
   * https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
   */
  readonly port: number;
  /** The protocol of the port. */
  readonly protocol: Protocol;
  /**
   * The port's name in the ServiceEntries of both clusters: a DNS label of at most 15 characters.
   * @default - the protocol
   */
  readonly portName?: string;
  /** The callers: namespaces of other clusters, or single service accounts of them. At least one. */
  readonly to: readonly ClusterNamespace[];
  /**
   * The network path from the callers to the pods.
   * @default NetworkPath.byNetwork()
   */
  readonly via?: NetworkPath;
  /**
   * The service account of the pods. Callers refuse a server with another identity.
   * @default default
   */
  readonly serviceAccount?: string;
  /**
   * The time without traffic after which every proxy on the path closes a connection, in seconds: 0 to
   * 31536000. With 0 no proxy closes it. Istio's own default is one hour, which cuts quiet database
   * connections.
   * @default 86400
   */
  readonly idleTimeoutSeconds?: number;
}

/** The props of Offer.statefulSet. */
export interface StatefulSetOfferProps extends OfferProps {
  /**
   * The StatefulSet's name: a DNS label of at most 59 characters. Its pods are `<name>-0`, `<name>-1` and so
   * on.
   */
  readonly name: string;
  /**
   * The name of the StatefulSet's headless Service.
   * @default - the StatefulSet's name
   */
  readonly service?: string;
  /** The number of pods that are offered, from `<name>-0` on: 1 to 1000. */
  readonly replicas: number;
  /**
   * The hosts by which callers dial the pods.
   * @default Naming.podHostname()
   */
  readonly naming?: Naming;
  /**
   * Labels that select all pods of the StatefulSet, and no others: at least one. The pods then share one
   * PeerAuthentication and one AuthorizationPolicy.
   * @default - none: each pod has policies of its own, which select it by its name
   */
  readonly podLabels?: { [key: string]: string };
}

/** The props of Offer.group. */
export interface GroupOfferProps extends OfferProps {
  /** The group's name: a DNS label. The objects that belong to the group bear it. */
  readonly name: string;
  /** Labels that select the pods, and no others: at least one. Each of the pods may answer a connection. */
  readonly podLabels: { [key: string]: string };
  /**
   * The host that callers dial: a DNS name that ends neither in `.local` nor in `.svc` or `localhost`, such as `pxc-cluster.cluster-b.global`.
   */
  readonly host: string;
  /**
   * The virtual address that the host resolves to: an IP address that nothing else has, such as 240.0.0.10.
   * It serves clients that cannot use the DNS of the mesh.
   * @default - istiod allocates one from 240.240.0.0/16
   */
  readonly address?: string;
}

/** The props of Offer.service. They have no `via`: discovery decides on the network path. */
export interface ServiceOfferProps extends Omit<OfferProps, 'via' | 'port'> {
  /** The name of the Service in the offering cluster: a DNS label. */
  readonly name: string;
  /**
   * The Service's port, which callers dial: 1 to 65535, but none of the ports that Istio's proxy uses itself.
   */
  readonly port: number;
  /**
   * The container's port behind the Service's port, as in the Service's `targetPort`. Istio's policies and
   * NetworkPolicies name the container's port: a policy for another port closes nothing.
   * https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
   * @default - the Service's port
   */
  readonly targetPort?: number;
  /** Labels that select the Service's pods, and no others: at least one. */
  readonly podLabels: { [key: string]: string };
  /**
   * Further namespaces of the offering cluster whose pods may dial the Service. Callers from inside and from
   * other clusters use the same SNI for a discovered Service, so that policies refuse every caller that is
   * not named, inside the cluster too.
   * @default - none: only the Service's own namespace
   */
  readonly localNamespaces?: readonly string[];
  /**
   * A host that leads to the Service of this cluster only, such as
   * `<service>.<namespace>.svc.cluster-b.global`: a DNS name that ends neither in `.local` nor in `.svc` or `localhost`. Without it the mesh
   * balances over the same-named Services of all clusters.
   * @default - none
   */
  readonly clusterHost?: string;
}

const commonRules: rules.Rules<OfferProps> = {
  from: CLUSTER_RULE,
  namespace: rules.ownNamespace,
  port: rules.podPort,
  protocol: rules.oneOf(Object.values(Protocol)),
  portName: rules.optional(rules.dnsLabel(15)),
  to: rules.listOf(NAMESPACE_RULE, 1),
  via: rules.optional(NETWORK_PATH_RULE),
  serviceAccount: rules.optional(rules.dnsName),
  idleTimeoutSeconds: rules.optional(rules.integer(0, 31_536_000, 'give seconds, up to a year')),
};

export const statefulSetOfferRules: rules.Rules<StatefulSetOfferProps> = {
  ...commonRules,
  // the pod's name, with its ordinal, must be a label too
  name: rules.dnsLabel(59),
  service: rules.optional(rules.dnsLabel()),
  replicas: rules.integer(1, 1000),
  naming: rules.optional(NAMING_RULE),
  podLabels: rules.optional(rules.podLabels),
};

const { via: _, ...discoveredRules } = commonRules;

export const serviceOfferRules: rules.Rules<ServiceOfferProps> = {
  ...discoveredRules,
  name: rules.dnsLabel(),
  podLabels: rules.podLabels,
  targetPort: rules.optional(rules.podPort),
  localNamespaces: rules.optional(rules.listOf(rules.ownNamespace)),
  clusterHost: rules.optional(rules.aliasName),
};

export const groupOfferRules: rules.Rules<GroupOfferProps> = {
  ...commonRules,
  name: rules.dnsLabel(),
  podLabels: rules.podLabels,
  host: rules.aliasName,
  address: rules.optional(rules.ipAddress),
};
