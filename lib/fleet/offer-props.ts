import { CLUSTER_RULE, type Cluster, type ClusterNamespace, NAMESPACE_RULE } from './cluster';
import { NAMING_RULE, type Naming } from './naming';
import { NETWORK_PATH_RULE, type NetworkPath } from './network-path';
import { Protocol } from './protocol';
import * as rules from './rules';

/** What every offer says. */
export interface OfferProps {
  /** The cluster that the pods run in. */
  readonly from: Cluster;
  /** The namespace that they run in: none that every cluster has (default, kube-system and so on), and not istiod's. */
  readonly namespace: string;
  /** The port that consumers dial and the pods listen on: none of those that Istio's proxy keeps for itself (15000, 15001 and on). */
  readonly port: number;
  /** What the port speaks. */
  readonly protocol: Protocol;
  /**
   * The name of the port, in both clusters' ServiceEntries.
   * @default - the protocol
   */
  readonly portName?: string;
  /** Who may dial: namespaces of other clusters, or single service accounts of them. At least one. */
  readonly to: readonly ClusterNamespace[];
  /**
   * The way that consumers' packets take.
   * @default NetworkPath.byNetwork()
   */
  readonly via?: NetworkPath;
  /**
   * The service account that the pods run as; consumers refuse a server with another identity.
   * @default default
   */
  readonly serviceAccount?: string;
  /**
   * After how many seconds without a byte a connection is closed, along the whole path; 0 means never.
   * Istio's own default, one hour, cuts quiet database connections.
   * @default 86400
   */
  readonly idleTimeoutSeconds?: number;
}

export interface StatefulSetOfferProps extends OfferProps {
  /** The StatefulSet's name: its pods are `<name>-0`, `<name>-1` and on. */
  readonly name: string;
  /**
   * The StatefulSet's headless Service.
   * @default - the StatefulSet's name
   */
  readonly service?: string;
  /** How many pods are offered, beginning with number 0: 1 to 1000. */
  readonly replicas: number;
  /**
   * How consumers call the pods.
   * @default Naming.podHostname()
   */
  readonly naming?: Naming;
  /**
   * Labels that select all of the pods, and no others, at least one; the pods then share one PeerAuthentication and
   * AuthorizationPolicy.
   * @default - each pod is selected by its own name, with policies of its own
   */
  readonly podLabels?: { [key: string]: string };
}

export interface GroupOfferProps extends OfferProps {
  /** The group's name, for the objects that are made of it. */
  readonly name: string;
  /** Labels that select the pods, and no others: at least one. Every one of the pods may answer. */
  readonly podLabels: { [key: string]: string };
  /** The name that consumers dial: a DNS name outside `cluster.local`, such as `pxc-cluster.cluster-b.global`. */
  readonly host: string;
  /**
   * The virtual address behind the name, for clients that do not resolve names through the mesh: one that nothing has,
   * such as 240.0.0.10.
   * @default - istiod gives one, of 240.240.0.0/16
   */
  readonly address?: string;
}

export interface ServiceOfferProps extends Omit<OfferProps, 'via' | 'port'> {
  /** The name of the Service in the offering cluster. */
  readonly name: string;
  /** The Service's port, which consumers dial. */
  readonly port: number;
  /**
   * The container's port behind it, as the Service's `targetPort` says: Istio's policies and NetworkPolicies go by the container's
   * port, and one that names another closes nothing.
   * https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
   * @default - the Service's port
   */
  readonly targetPort?: number;
  /** Labels that select its pods, and no others: at least one. */
  readonly podLabels: { [key: string]: string };
  /**
   * Further namespaces of the offering cluster that may dial it. Discovered callers cannot be told from those inside, so that
   * whoever is not named is refused there too.
   * @default - the Service's own namespace alone
   */
  readonly localNamespaces?: readonly string[];
  /**
   * A name that leads to this cluster's Service alone, where other clusters have one of the same name and the mesh would balance
   * over all of them: such as `<service>.<namespace>.svc.cluster-b.global`.
   * @default - none
   */
  readonly clusterHost?: string;
}

/** Props that become parts of names: a template cannot join a symbol, for example. */
const TEXTS = [
  'namespace',
  'name',
  'service',
  'host',
  'address',
  'clusterHost',
  'portName',
  'serviceAccount',
];

/** Whether the props that become parts of names and hosts have the right JavaScript types. */
export function isReadable(props: object): boolean {
  const values = props as { readonly [name: string]: unknown };
  const isText = (value: unknown) => value === undefined || value === null || typeof value === 'string';
  return TEXTS.every((name) => isText(values[name])) && typeof (values.port ?? 0) === 'number';
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
