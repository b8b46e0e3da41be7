import { type EngineName, engineOf } from '../database/engines';
import type { PxcSettings } from '../database/pxc/settings';
import { entries, given } from '../rules/given';
import * as rules from '../rules/rules';
import { type ClusterNamespace, NAMESPACE_RULE } from './cluster';
import { NAMING_RULE, type Naming } from './naming';
import { NETWORK_PATH_RULE, type NetworkPath } from './network-path';
import { Offer } from './offer';
import { Protocol } from './protocol';

/**
 * The description of a MySQL database for Fleet.database: one PerconaXtraDBCluster in each of several
 * clusters. The settings that it takes from PxcSettings hold for every member.
 */
export interface DatabaseProps extends PxcSettings {
  /**
   * The name of the PerconaXtraDBCluster in every cluster: a DNS label of at most 22 characters, which is the
   * operator's limit.
   */
  readonly name: string;
  /**
   * The namespace of the member that applications write to. It is a whole namespace, without a service
   * account.
   */
  readonly source: ClusterNamespace;
  /**
   * The namespaces of the members that replicate from the source. The list may be empty. Each is in another
   * cluster than the source, and is a whole namespace without a service account. With `Naming.podHostname()`
   * and `Naming.servicePerPod()` its name differs from that of the source's namespace.
   */
  readonly replicas: readonly ClusterNamespace[];
  /**
   * The names by which the replicas dial the source's pods.
   * @default Naming.podHostname()
   */
  readonly naming?: Naming;
  /**
   * One name for all pods of the source, such as `pxc-cluster.cluster-b.global`: a DNS name outside
   * `cluster.local`. Each replica then replicates from whichever pod answers, and its channel has one source.
   * It must be left out where `naming` is given.
   * @default - none: each pod has its own name, and the channel has one source for each pod
   */
  readonly host?: string;
  /**
   * The virtual address that `host` resolves to: an IP address that nothing else has, such as 240.0.0.10. It
   * requires `host`.
   * @default - istiod allocates one from 240.240.0.0/16
   */
  readonly address?: string;
  /**
   * The network path from the replicas to the source.
   * @default NetworkPath.byNetwork()
   */
  readonly via?: NetworkPath;
  /**
   * Further namespaces whose pods may connect to the database. Pods of a member's own namespace always may;
   * NetworkPolicies keep all others away. Each is in a cluster that has a member of the database, and is a
   * whole namespace without a service account.
   * @default - none
   */
  readonly clients?: readonly ClusterNamespace[];
  /**
   * The namespace of Percona's operator in every cluster, where one operator serves several namespaces. The
   * fleet writes the namespace and has proxies injected into it. The operator must watch the database's
   * namespace (`WATCH_NAMESPACE`, or `watchNamespace` of Percona's chart). The namespaces that Kubernetes
   * makes in every cluster (default, kube-system and so on) are refused.
   * https://docs.percona.com/percona-operator-for-mysql/pxc/cluster-wide.html
   * @default - the database's own namespace
   */
  readonly operatorNamespace?: string;
  /**
   * The name of MySQL's replication channel: at most 64 letters, digits, `_`, `-` and `.`.
   * @default - the name of the source's cluster and `_to_replicas`, with every `-` replaced by `_`
   */
  readonly channel?: string;
}

/** The props whose rules no engine decides. */
type OwnProps = Omit<DatabaseProps, keyof PxcSettings | 'name' | 'channel'>;

export const databaseRules: rules.Rules<OwnProps> = {
  source: NAMESPACE_RULE,
  replicas: rules.listOf(NAMESPACE_RULE),
  naming: rules.optional(NAMING_RULE),
  host: rules.optional(rules.aliasName),
  address: rules.optional(rules.ipAddress),
  via: rules.optional(NETWORK_PATH_RULE),
  clients: rules.optional(rules.listOf(NAMESPACE_RULE)),
  operatorNamespace: rules.optional(rules.ownNamespace),
};

/** One PerconaXtraDBCluster of a database: its place and its role. */
export interface DatabaseMember {
  /** The cluster and the namespace of the member. */
  readonly at: ClusterNamespace;
  /** `source` where applications write, `replica` where rows arrive by replication. */
  readonly role: 'source' | 'replica';
}

/**
 * A MySQL database with one source and any number of replicas, each in a cluster of its own. Fleet.database
 * makes it. It is frozen and throws nothing: `validate` checks the databases of a fleet.
 */
export class Database {
  /** The database's name, as given in DatabaseProps.name. */
  public readonly name: string;
  /** The source's namespace, as given in DatabaseProps.source. */
  public readonly source: ClusterNamespace;
  /** The replicas' namespaces, as given in DatabaseProps.replicas. */
  public readonly replicas: readonly ClusterNamespace[];
  /** Further namespaces that may connect: DatabaseProps.clients, or an empty list. */
  public readonly clients: readonly ClusterNamespace[];
  /**
   * The operator's namespace, as given in DatabaseProps.operatorNamespace; undefined where each member has an
   * operator in its own namespace.
   */
  public readonly operatorNamespace?: string;
  /** The name of the replication channel: DatabaseProps.channel, or its default. */
  public readonly channel: string;
  /** The database engine: Percona XtraDB Cluster. */
  public readonly engine: EngineName = 'pxc';
  /** The settings of every member's PerconaXtraDBCluster, as given in DatabaseProps. */
  public readonly settings: PxcSettings;
  /** The number of PXC pods of each member: PxcSettings.size, or 3. */
  public readonly size: number;
  /** The source and then the replicas. */
  public readonly members: readonly DatabaseMember[];
  /**
   * The offer by which the replicas dial the source's pods. The fleet uses it where the database has
   * replicas.
   */
  public readonly offer: Offer;

  /** Use Fleet.database, which adds the database to the fleet. */
  constructor(
    /** The description, as it was given. */
    public readonly props: DatabaseProps,
  ) {
    const { name, source, replicas, naming, host, address, via, ...more } = given(props);
    const { clients, operatorNamespace, channel, ...settings } = more;
    this.name = name;
    this.source = source;
    this.replicas = entries(replicas);
    this.clients = entries(clients);
    this.operatorNamespace = operatorNamespace;
    this.channel = channel ?? `${String(source?.cluster?.name)}_to_replicas`.replaceAll('-', '_');
    this.settings = settings;
    this.size = engineOf(this).size(settings);
    this.members = [
      { at: source, role: 'source' },
      ...this.replicas.map((at): DatabaseMember => ({ at, role: 'replica' })),
    ];
    this.offer = offerOf(this, { naming, host, address, via });
    Object.freeze(this);
  }
}

/** How the replicas dial the source's pods. */
function offerOf(
  database: Database,
  { naming, host, address, via }: Pick<DatabaseProps, 'naming' | 'host' | 'address' | 'via'>,
): Offer {
  const { name, source, replicas, size } = database;
  const { port, workload } = engineOf(database);
  // the rule for the name reports what is no string; the names below must still be strings
  const { statefulSet, serviceAccount, podLabels } = workload(typeof name === 'string' ? name : '');
  const common = {
    from: source?.cluster,
    namespace: source?.name,
    name: statefulSet,
    port: port.number,
    protocol: Protocol.TCP,
    portName: port.name,
    to: replicas.map((replica) => replica?.serviceAccount?.(serviceAccount)),
    via,
    serviceAccount,
    podLabels,
  };
  return host === undefined
    ? Offer.statefulSet({ ...common, replicas: size, naming })
    : Offer.group({ ...common, host, address });
}
