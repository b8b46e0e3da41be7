import { ADDRESS_RANGE } from './address-range';
import { CA_SOURCE_RULE, CaSource } from './ca-source';
import { CONTROL_PLANE_RULE, type ControlPlane } from './control-plane';
import { type GatewaySettings, gatewaySettingsProblems, gatewaySettingsRules } from './gateway-settings';
import type { Problem } from './problem';
import { REMOTE_SECRET_RULE, RemoteSecretSource } from './remote-secret-source';
import * as rules from './rules';

/** The output folder for the files that install Istio; every cluster has a folder of its own name beside it. */
const INSTALL_FOLDER = 'install';

export interface ClusterProps {
  /**
   * The name by which Istio knows it (`global.multiCluster.clusterName`) and of its folder in the output: a DNS label, but not
   * `install`.
   */
  readonly name: string;
  /** Its network in the mesh (`global.network`): clusters whose pods cannot reach one another are on different ones. */
  readonly network: string;
  /**
   * Where the other clusters reach its east-west gateway: an IP address or a DNS name, neither of the machine itself (127.0.0.1,
   * localhost) nor link-local or multicast. Needed as soon as it offers.
   * @default - none; the cluster can only consume
   */
  readonly gatewayAddress?: string;
  /**
   * The port at that address, only together with it, where something in between maps it.
   * @default 15443
   */
  readonly gatewayPort?: number;
  /**
   * Where the other clusters reach its nodes: IP addresses or DNS names. Needed as soon as it offers by node port; give more
   * than one, so that a node can be lost.
   * @default - none
   */
  readonly nodeAddresses?: readonly string[];
  /**
   * Addresses that MetalLB gives to its Services of type LoadBalancer: ranges such as `10.89.1.200-10.89.1.220`, or CIDRs. The
   * `gatewayAddress` must be one of them; the gateway asks for it.
   * @default - none: something else gives addresses
   */
  readonly addressPool?: readonly string[];
  /**
   * How its east-west gateway runs. Left out where nobody needs a gateway: where the cluster offers nothing through one, and is no
   * primary.
   * @default - a LoadBalancer Service before 2 to 5 replicas
   */
  readonly gateway?: GatewaySettings;
  /**
   * Where the istiods of the other clusters reach its Kubernetes API: an https URL. Needed where the fleet uses discovery.
   * @default - none; nobody reads the cluster
   */
  readonly apiServer?: string;
  /**
   * The cluster whose istiod configures this one's proxies, reached through its east-west gateway; that istiod reads this one's
   * API server. Istio's objects for this cluster are written for the primary, where istiod looks for them.
   * @default - none: the cluster has an istiod of its own
   */
  readonly primary?: Cluster;
  /**
   * How Istio is installed in it.
   * @default - as the fleet says
   */
  readonly controlPlane?: ControlPlane;
  /**
   * How the credential by which the others read it reaches them.
   * @default RemoteSecretSource.outOfBand()
   */
  readonly remoteSecret?: RemoteSecretSource;
  /**
   * Namespaces whose pods' proxies know nothing but what is in their namespace and what offers let it dial; connections to anything
   * else, the internet and the Kubernetes API included, are refused (but to the API where the namespace has a database). Each must
   * be one that an offer names.
   * @default - none: every proxy knows all of its cluster, and lets out what it does not know
   */
  readonly registryOnlyNamespaces?: readonly string[];
  /**
   * The trust domain of the identities in this cluster, where clusters have grown up with domains of their own. Each then takes the
   * others' for aliases of its own: `x` in one counts as `x` in all.
   * @default - the fleet's
   */
  readonly trustDomain?: string;
  /**
   * How istiod's signing certificate, under the root that all clusters share, reaches this cluster.
   * @default CaSource.outOfBand()
   */
  readonly ca?: CaSource;
}

/** One Kubernetes cluster of the fleet. A plain value: what is wrong with it is said by the Fleet. */
export class Cluster {
  public readonly name: string;
  public readonly network: string;
  public readonly gatewayAddress?: string;
  public readonly gatewayPort: number;
  public readonly nodeAddresses: readonly string[];
  public readonly addressPool?: readonly string[];
  public readonly gateway: GatewaySettings;
  public readonly apiServer?: string;
  public readonly primary?: Cluster;
  public readonly controlPlane?: ControlPlane;
  public readonly remoteSecret: RemoteSecretSource;
  public readonly registryOnlyNamespaces: readonly string[];
  public readonly trustDomain?: string;
  public readonly ca: CaSource;

  constructor(private readonly props: ClusterProps) {
    this.name = props?.name;
    this.network = props?.network;
    this.gatewayAddress = props?.gatewayAddress;
    this.gatewayPort = props?.gatewayPort ?? 15443;
    this.nodeAddresses = props?.nodeAddresses ?? [];
    this.addressPool = props?.addressPool;
    this.gateway = props?.gateway ?? {};
    this.apiServer = props?.apiServer;
    this.primary = props?.primary;
    this.controlPlane = props?.controlPlane;
    this.remoteSecret = props?.remoteSecret ?? RemoteSecretSource.outOfBand();
    this.registryOnlyNamespaces = props?.registryOnlyNamespaces ?? [];
    this.trustDomain = props?.trustDomain;
    this.ca = props?.ca ?? CaSource.outOfBand();
  }

  /** A namespace of this cluster: where something is offered from or who may dial it. */
  public namespace(name: string): ClusterNamespace {
    return new ClusterNamespace(this, name);
  }

  /** The cluster whose istiod configures its proxies, and reads Istio's objects for it: mostly itself. */
  public get primaryCluster(): Cluster {
    return this.primary ?? this;
  }

  /** Every name and address that others reach something of it under. */
  public get addresses(): string[] {
    const { gatewayAddress, nodeAddresses, apiServer } = this;
    const api = apiServer && URL.canParse(apiServer) ? [new URL(apiServer).hostname] : [];
    return [...(gatewayAddress ? [gatewayAddress] : []), ...nodeAddresses, ...api];
  }

  /** What was said of its certificate; nothing where it was left out. */
  public get givenCa(): CaSource | undefined {
    return this.props?.ca;
  }

  /** Whether its props have the right JavaScript types, so that the checks between clusters can read them. */
  public get isComparable(): boolean {
    const {
      name,
      gatewayAddress = '',
      apiServer = '',
      nodeAddresses,
      addressPool = [],
      registryOnlyNamespaces,
    } = this;
    const areTexts = (values: readonly unknown[]) =>
      Array.isArray(values) && Array.from(values).every((value) => typeof value === 'string');
    return [[name, gatewayAddress, apiServer], nodeAddresses, addressPool, registryOnlyNamespaces].every(
      areTexts,
    );
  }

  /** What is wrong with this cluster taken alone. */
  public problems(path: string): Problem[] {
    const problems = rules.checkProps(path, this.props, clusterRules);
    if (problems.length > 0) return problems;
    return [...this.portProblems(path), ...gatewaySettingsProblems(`${path}.gateway`, this.gateway)];
  }

  private portProblems(path: string): Problem[] {
    const { gatewayAddress, gatewayPort } = this.props;
    if (gatewayPort === undefined || gatewayAddress !== undefined) return [];
    return [
      {
        path: `${path}.gatewayPort`,
        must: 'belong to a gatewayAddress',
        got: `${gatewayPort} without a gatewayAddress`,
        advice: 'give the address too, or leave out the port',
      },
    ];
  }
}

/**
 * A namespace in one cluster and, where named, one service account of it. As a caller it stands for an identity:
 * every account of the namespace, or the one.
 */
export class ClusterNamespace {
  constructor(
    public readonly cluster: Cluster,
    public readonly name: string,
    public readonly account?: string,
    /** Whether the caller asked for one account. Without this, serviceAccount(undefined) would mean every account. */
    private readonly isOneAccount = account !== undefined,
  ) {}

  /** Only this service account of the namespace. */
  public serviceAccount(account: string): ClusterNamespace {
    return new ClusterNamespace(this.cluster, this.name, account, true);
  }

  /**
   * The principal that Istio's AuthorizationPolicy names it by. A trailing `*` matches every account.
   * https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
   */
  public principal(trustDomain: string): string {
    return `${trustDomain}/ns/${this.name}/sa/${this.account ?? '*'}`;
  }

  /** Whether its parts have the right JavaScript types, so that the checks between offers can read them. */
  public get isReadable(): boolean {
    const { cluster, name, account = '' } = this;
    return CLUSTER_RULE.holds(cluster) && typeof name === 'string' && typeof account === 'string';
  }

  public problems(path: string): Problem[] {
    return [
      ...rules.checkValue(`${path}.cluster`, this.cluster, CLUSTER_RULE),
      ...rules.checkValue(`${path}.namespace`, this.name, rules.ownNamespace),
      ...(this.isOneAccount ? rules.checkValue(`${path}.serviceAccount`, this.account, ACCOUNT_RULE) : []),
    ];
  }
}

export const CLUSTER_RULE: rules.Rule = rules.instanceOf(
  Cluster,
  'make it with new Cluster({ name, network })',
);

const ACCOUNT_RULE: rules.Rule = {
  ...rules.dnsName,
  must: `be the name of a service account: ${rules.dnsName.must.replace(/^be /, '')}`,
  advice: 'give its name, or leave out .serviceAccount() to mean every account of the namespace',
};

export const NAMESPACE_RULE: rules.Rule = {
  ...rules.instanceOf(ClusterNamespace, "make it with cluster.namespace('name')"),
  inside: (path, value) => (value as ClusterNamespace).problems(path),
};

const clusterRules: rules.Rules<ClusterProps> = {
  name: {
    ...rules.dnsLabel(),
    holds: (value) => rules.isDnsLabel(value) && value !== INSTALL_FOLDER,
    explain: (value) =>
      value === INSTALL_FOLDER
        ? {
            must: `not be '${INSTALL_FOLDER}': the output folder of that name holds the files that install Istio`,
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
