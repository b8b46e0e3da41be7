import { ADDRESS_RANGE } from '../rules/address-range';
import { given } from '../rules/given';
import * as rules from '../rules/rules';
import { CA_SOURCE_RULE, CaSource } from './ca-source';
import { CONTROL_PLANE_RULE, type ControlPlane } from './control-plane';
import { type GatewaySettings, gatewaySettingsRules } from './gateway-settings';
import { REMOTE_SECRET_RULE, RemoteSecretSource } from './remote-secret-source';

/** The output folder for the files that install Istio; every cluster has a folder of its own name beside it. */
const INSTALL_FOLDER = 'install';

/** The description of one cluster for `new Cluster`. `validate` checks it; the constructor throws nothing. */
export interface ClusterProps {
  /**
   * The cluster's name in Istio (`global.multiCluster.clusterName`). It is also the name of the cluster's
   * folder in the output. Allowed is a DNS label other than `install`, which no other cluster of the fleet
   * has.
   */
  readonly name: string;
  /**
   * The cluster's network in the mesh (`global.network`), as a label value. With discovery, clusters of one
   * network must reach one another's pods by address. Without discovery it is enough that they reach one
   * another's nodes; offers then go by node port. All other clusters have different networks.
   * https://istio.io/latest/docs/ops/deployment/deployment-models/#network-models
   */
  readonly network: string;
  /**
   * The address at which the other clusters reach this cluster's east-west gateway: an IP address or a DNS
   * name. Refused are loopback (127.0.0.1, localhost), link-local and multicast addresses. A cluster that
   * offers something through its gateway must have one. A cluster that is another one's `primary` must have an
   * IP address.
   * @default - none: the cluster can only consume
   */
  readonly gatewayAddress?: string;
  /**
   * The port at `gatewayAddress`. Give it where a load balancer or a port forwarding maps another port to the
   * gateway's 15443. It needs a `gatewayAddress`.
   * @default 15443
   */
  readonly gatewayPort?: number;
  /**
   * The addresses at which the other clusters reach this cluster's nodes: IP addresses or DNS names, at least
   * one. A cluster that offers something by node port must have them. With two or more, callers still get
   * through when a node is lost.
   * @default - none
   */
  readonly nodeAddresses?: readonly string[];
  /**
   * The addresses that MetalLB gives to this cluster's Services of type LoadBalancer: ranges such as
   * `10.89.1.200-10.89.1.220`, or CIDRs. The `gatewayAddress` must be one of them, and the gateway's Service
   * requests it. Pools of two clusters must not overlap.
   * @default - none: MetalLB's objects are not written
   */
  readonly addressPool?: readonly string[];
  /**
   * The settings of this cluster's east-west gateway. They must be left out where the cluster needs no
   * gateway: where it offers nothing through one and is no other cluster's `primary`.
   * @default - a LoadBalancer Service before 2 to 5 replicas
   */
  readonly gateway?: GatewaySettings;
  /**
   * The https URL at which the istiods of other clusters reach this cluster's Kubernetes API. It is required
   * where another istiod reads this cluster: in a fleet with `discovery`, and in a cluster with a `primary`.
   * @default - none: no other istiod reads the cluster
   */
  readonly apiServer?: string;
  /**
   * The cluster whose istiod configures this cluster's proxies. It makes this cluster a remote cluster
   * without an istiod. The proxies reach that istiod through the primary's east-west gateway, and the istiod
   * reads this cluster's API server. Istio's objects for this cluster are written into the primary's folder,
   * because an istiod reads them in its own cluster only.
   * https://istio.io/latest/docs/setup/install/multicluster/primary-remote_multi-network/
   * @default - none: the cluster has an istiod of its own
   */
  readonly primary?: Cluster;
  /**
   * The install method and the settings of Istio in this cluster.
   * @default - the fleet's
   */
  readonly controlPlane?: ControlPlane;
  /**
   * The way by which the credential to read this cluster reaches the clusters whose istiods read it.
   * @default RemoteSecretSource.outOfBand()
   */
  readonly remoteSecret?: RemoteSecretSource;
  /**
   * The namespaces of this cluster whose proxies refuse connections to unknown destinations. Pods there can
   * dial their own namespace and what offers let them dial. Everything else is refused, the internet and the
   * Kubernetes API included. A namespace in which Percona's operator administers a database can dial the
   * Kubernetes API too. Each must be the namespace of a caller of an offer; the replicas of a database are
   * callers of its source.
   * https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy
   * @default - none: every proxy knows all Services of its cluster, and passes connections to unknown
   * destinations on
   */
  readonly registryOnlyNamespaces?: readonly string[];
  /**
   * The trust domain of the identities in this cluster, as a DNS name. Give it where clusters already have
   * different trust domains. Each istiod then takes the other clusters' trust domains for aliases of its own,
   * so that an account `x` of one domain counts as the account `x` of all. It must be left out of a cluster
   * with a `primary`.
   * @default - the fleet's
   */
  readonly trustDomain?: string;
  /**
   * The way by which istiod's signing certificate reaches this cluster. Every cluster's certificate must lead
   * to the same root. It must be left out of a cluster with a `primary`, whose istiod signs for both.
   * @default CaSource.outOfBand()
   */
  readonly ca?: CaSource;
}

/**
 * One Kubernetes cluster of a fleet. It is frozen. The constructor throws nothing: `validate` checks the
 * clusters of a fleet.
 */
export class Cluster {
  /** The cluster's name, as given in ClusterProps.name. */
  public readonly name: string;
  /** The cluster's network, as given in ClusterProps.network. */
  public readonly network: string;
  /** The address of the east-west gateway, as given in ClusterProps.gatewayAddress. */
  public readonly gatewayAddress?: string;
  /** The port at `gatewayAddress`: ClusterProps.gatewayPort, or 15443. */
  public readonly gatewayPort: number;
  /** The addresses of the nodes: ClusterProps.nodeAddresses, or an empty list. */
  public readonly nodeAddresses: readonly string[];
  /** MetalLB's addresses, as given in ClusterProps.addressPool. */
  public readonly addressPool?: readonly string[];
  /** The settings of the east-west gateway: ClusterProps.gateway, or an empty object. */
  public readonly gateway: GatewaySettings;
  /** The URL of the Kubernetes API, as given in ClusterProps.apiServer. */
  public readonly apiServer?: string;
  /**
   * The cluster whose istiod configures this one, as given in ClusterProps.primary; undefined where the
   * cluster has an istiod of its own.
   */
  public readonly primary?: Cluster;
  /** How Istio is installed, as given in ClusterProps.controlPlane; undefined where the fleet decides. */
  public readonly controlPlane?: ControlPlane;
  /**
   * How the credential to read this cluster reaches the others: ClusterProps.remoteSecret, or
   * `RemoteSecretSource.outOfBand()`.
   */
  public readonly remoteSecret: RemoteSecretSource;
  /** The registry-only namespaces: ClusterProps.registryOnlyNamespaces, or an empty list. */
  public readonly registryOnlyNamespaces: readonly string[];
  /**
   * The cluster's own trust domain, as given in ClusterProps.trustDomain; undefined where the fleet decides.
   */
  public readonly trustDomain?: string;
  /** How the signing certificate reaches this cluster: ClusterProps.ca, or `CaSource.outOfBand()`. */
  public readonly ca: CaSource;

  /** Takes the description of the cluster. It throws nothing; `validate` checks the description. */
  constructor(
    /** The description, as it was given. */
    public readonly props: ClusterProps,
  ) {
    const { nodeAddresses, gateway, remoteSecret, registryOnlyNamespaces, ca, ...others } = given(props);
    this.name = others.name;
    this.network = others.network;
    this.gatewayAddress = others.gatewayAddress;
    this.gatewayPort = others.gatewayPort ?? 15443;
    this.nodeAddresses = nodeAddresses ?? [];
    this.addressPool = others.addressPool;
    this.gateway = gateway ?? {};
    this.apiServer = others.apiServer;
    this.primary = others.primary;
    this.controlPlane = others.controlPlane;
    this.remoteSecret = remoteSecret ?? RemoteSecretSource.outOfBand();
    this.registryOnlyNamespaces = registryOnlyNamespaces ?? [];
    this.trustDomain = others.trustDomain;
    this.ca = ca ?? CaSource.outOfBand();
    Object.freeze(this);
  }

  /** Names a namespace of this cluster: as the place of a database, or as a caller in an offer. */
  public namespace(name: string): ClusterNamespace {
    return new ClusterNamespace(this, name);
  }

  /**
   * The cluster whose istiod configures this cluster's proxies: `primary` where it is given, otherwise the
   * cluster itself.
   */
  public get primaryCluster(): Cluster {
    return this.primary ?? this;
  }
}

/**
 * A namespace of one cluster, or one service account of it. As a caller in an offer it stands for an
 * identity: for every service account of the namespace, or for the one that is named.
 */
export class ClusterNamespace {
  /** Use Cluster.namespace, and `serviceAccount` for one account. */
  constructor(
    /** The cluster of the namespace. */
    public readonly cluster: Cluster,
    /**
     * The namespace's name: a DNS label, and none of the namespaces that Kubernetes makes in every cluster
     * (default, and those that begin with `kube-`).
     */
    public readonly name: string,
    /** The service account; undefined where every account of the namespace is meant. */
    public readonly account?: string,
    /** Whether one account is meant: `serviceAccount(undefined)` would otherwise mean every account. */
    public readonly isOneAccount = account !== undefined,
  ) {
    Object.freeze(this);
  }

  /** Names one service account of the namespace, by a DNS name. */
  public serviceAccount(account: string): ClusterNamespace {
    return new ClusterNamespace(this.cluster, this.name, account, true);
  }
}

export const CLUSTER_RULE: rules.Rule = rules.instanceOf(
  Cluster,
  'make it with new Cluster({ name, network })',
);

const ACCOUNT_RULE: rules.Rule = {
  ...rules.dnsName,
  expected: `be the name of a service account: ${rules.dnsName.expected.replace(/^be /, '')}`,
  hint: 'give its name, or leave out .serviceAccount() to mean every account of the namespace',
};

export const NAMESPACE_RULE: rules.Rule = {
  ...rules.instanceOf(ClusterNamespace, "make it with cluster.namespace('name')"),
  inside: (path, value) => {
    const { cluster, name, account, isOneAccount } = value as ClusterNamespace;
    return [
      ...rules.checkValue(`${path}.cluster`, cluster, CLUSTER_RULE),
      ...rules.checkValue(`${path}.namespace`, name, rules.ownNamespace),
      ...(isOneAccount ? rules.checkValue(`${path}.serviceAccount`, account, ACCOUNT_RULE) : []),
    ];
  },
};

export const clusterRules: rules.Rules<ClusterProps> = {
  name: {
    ...rules.dnsLabel(),
    holds: (value) => rules.isDnsLabel(value) && value !== INSTALL_FOLDER,
    explain: (value) =>
      value === INSTALL_FOLDER
        ? {
            expected: `not be '${INSTALL_FOLDER}': the output folder of that name holds the files that install Istio`,
          }
        : undefined,
  },
  network: rules.labelValue,
  gatewayAddress: rules.optional(rules.address),
  gatewayPort: rules.optional(rules.portNumber),
  nodeAddresses: rules.optional(rules.listOf(rules.address, 1)),
  addressPool: rules.optional(rules.listOf(ADDRESS_RANGE, 1)),
  gateway: rules.optional(rules.objectWith(gatewaySettingsRules)),
  apiServer: rules.optional(rules.apiServer),
  primary: rules.optional(CLUSTER_RULE),
  controlPlane: rules.optional(CONTROL_PLANE_RULE),
  remoteSecret: rules.optional(REMOTE_SECRET_RULE),
  registryOnlyNamespaces: rules.optional(rules.listOf(rules.dnsLabel(), 1)),
  trustDomain: rules.optional(rules.dnsName),
  ca: rules.optional(CA_SOURCE_RULE),
};
