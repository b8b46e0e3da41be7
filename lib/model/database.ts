import * as pxc from '../database/pxc/names';
import {
  DEFAULT_PXC_SIZE,
  PXC_NAME_RULE,
  type PxcSettings,
  pxcSettingsRules,
  sizeErrors,
} from '../database/pxc/settings';
import { type FieldError, show } from '../rules/field-error';
import * as rules from '../rules/rules';
import { strangerError } from '../validation/unknown-clusters';
import { type Cluster, type ClusterNamespace, NAMESPACE_RULE } from './cluster';
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

const databaseRules: rules.Rules<DatabaseProps> = {
  name: PXC_NAME_RULE,
  source: NAMESPACE_RULE,
  replicas: rules.listOf(NAMESPACE_RULE),
  naming: rules.optional(NAMING_RULE),
  host: rules.optional(rules.aliasName),
  address: rules.optional(rules.ipAddress),
  via: rules.optional(NETWORK_PATH_RULE),
  clients: rules.optional(rules.listOf(NAMESPACE_RULE)),
  operatorNamespace: rules.optional(rules.ownNamespace),
  channel: rules.optional(pxc.CHANNEL_NAME_RULE),
  ...pxcSettingsRules,
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
 * makes it.
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
  /** The settings of every member's PerconaXtraDBCluster, as given in DatabaseProps. */
  public readonly settings: PxcSettings;
  /** The number of PXC pods of each member: PxcSettings.size, or 3. */
  public readonly size: number;
  /**
   * The offer by which the replicas dial the source's pods. The fleet uses it where the database has
   * replicas.
   */
  public readonly offer: Offer;

  /** Use Fleet.database, which adds the database to the fleet. */
  constructor(private readonly props: DatabaseProps) {
    const { name, source, replicas, naming, host, address, via, ...more } = props ?? ({} as DatabaseProps);
    const { clients, operatorNamespace, channel, ...settings } = more;
    this.name = name;
    this.source = source;
    this.replicas = Array.isArray(replicas) ? replicas : [];
    this.clients = Array.isArray(clients) ? clients : [];
    this.operatorNamespace = operatorNamespace;
    this.channel = channel ?? `${String(source?.cluster?.name)}_to_replicas`.replaceAll('-', '_');
    this.settings = settings;
    this.size = settings.size ?? DEFAULT_PXC_SIZE;
    // databaseRules refuse a name that is not a string; the names below must still be strings
    const ownName = typeof name === 'string' ? name : '';
    const account = pxc.serviceAccount(ownName);
    const common = {
      from: source?.cluster,
      namespace: source?.name,
      name: pxc.statefulSet(ownName),
      port: 3306,
      protocol: Protocol.TCP,
      portName: 'tcp-mysql',
      // Array.from reads the holes of a list too, which map skips
      to: Array.from(this.replicas, (replica) => replica?.serviceAccount?.(account)),
      via,
      serviceAccount: account,
      podLabels: pxc.podLabels(ownName),
    };
    this.offer =
      host === undefined
        ? Offer.statefulSet({ ...common, replicas: this.size, naming })
        : Offer.group({ ...common, host, address });
  }

  /** The source and then the replicas. */
  public get members(): DatabaseMember[] {
    return [
      { at: this.source, role: 'source' },
      ...Array.from(this.replicas, (at): DatabaseMember => ({ at, role: 'replica' })),
    ];
  }

  /** The members in a cluster. */
  public membersIn(cluster: Cluster): DatabaseMember[] {
    return this.members.filter(({ at }) => at.cluster === cluster);
  }

  /** The namespace of the Percona operator that administers the member at the given namespace. */
  public operatorIn({ cluster, name }: ClusterNamespace): ClusterNamespace {
    return cluster.namespace(this.operatorNamespace ?? name);
  }

  /** The names of each member's PXC pods, such as `db-pxc-0`. */
  public get pods(): string[] {
    return Array.from({ length: this.size }, (_, ordinal) => `${pxc.statefulSet(this.name)}-${ordinal}`);
  }

  /**
   * Everything that is wrong with this database's own props. Rules between databases and offers are not among
   * it; see Fleet.problems.
   * @param path The place of the value in the input, such as `clusters[0]`; each FieldError begins with it.
   */
  public errors(path: string): FieldError[] {
    return [
      ...rules.checkProps(path, this.props, databaseRules),
      ...sizeErrors(path, this.settings),
      ...this.nameErrors(path),
      ...this.accountErrors(path),
      ...this.clientErrors(path),
    ];
  }

  /** The database's pods always run as its own account, so an account here would be ignored. */
  private accountErrors(path: string): FieldError[] {
    const named = [
      { at: this.source, where: 'source' },
      ...Array.from(this.replicas, (at, index) => ({ at, where: `replicas[${index}]` })),
    ];
    return named
      .filter(({ at }) => NAMESPACE_RULE.holds(at) && at.account !== undefined && at.errors('').length === 0)
      .map(({ at, where }) => ({
        path: `${path}.${where}`,
        expected: `be a namespace without a service account: the database's pods run as ${show(this.offer.serviceAccount)}`,
        actual: `account ${show(at.account)} of ${show(at.name)}`,
        hint: 'leave out the account',
      }));
  }

  private clientErrors(path: string): FieldError[] {
    return Array.from(this.clients).flatMap((client, index) => {
      // what is no namespace has been said
      if (!NAMESPACE_RULE.holds(client)) return [];
      const at = `${path}.clients[${index}]`;
      if (client.account !== undefined) {
        return {
          path: at,
          expected: 'be a namespace as a whole: NetworkPolicy does not know accounts',
          actual: `account ${show(client.account)} of ${show(client.name)}`,
          hint: 'leave out the account, and name it in an AuthorizationPolicy of your own',
        };
      }
      const members = this.members.map((member) => member.at);
      // databaseRules report a member that is not a namespace; the clusters of the database are then unknown
      if (!members.every((member) => NAMESPACE_RULE.holds(member))) return [];
      const clusters = members.map(({ cluster }) => cluster);
      if (clusters.includes(client.cluster)) return [];
      if (clusters.some(({ name }) => name === client.cluster?.name))
        return strangerError(`${at}.cluster`, client.cluster, clusters);
      return {
        path: at,
        expected: 'be in a cluster where the database has a member',
        actual: `${show(client.name)} in ${show(client.cluster?.name)}`,
        hint: 'leave it out, or offer the database to it',
      };
    });
  }

  private nameErrors(path: string): FieldError[] {
    const { host, naming, address } = this.props ?? {};
    const hint = 'give the one or the other';
    if (host !== undefined && naming !== undefined)
      return [{ path: `${path}.naming`, expected: 'be left out where host is given', actual: 'both', hint }];
    if (host === undefined && address !== undefined)
      return [
        {
          path: `${path}.address`,
          expected: 'belong to a host',
          actual: 'no host',
          hint: 'give the host too',
        },
      ];
    return [];
  }
}
