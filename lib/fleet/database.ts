import { type Cluster, type ClusterNamespace, NAMESPACE_RULE } from './cluster';
import { NAMING_RULE, type Naming } from './naming';
import { NETWORK_PATH_RULE, type NetworkPath } from './network-path';
import { Offer } from './offer';
import { type Problem, show } from './problem';
import { Protocol } from './protocol';
import * as pxc from './pxc-names';
import {
  DEFAULT_PXC_SIZE,
  PXC_NAME_RULE,
  type PxcSettings,
  pxcSettingsRules,
  sizeProblems,
} from './pxc-settings';
import * as rules from './rules';
import { strangerProblem } from './stranger-problems';

export interface DatabaseProps extends PxcSettings {
  /** The name of the PerconaXtraDBCluster in every cluster: a DNS label of at most 22 characters. */
  readonly name: string;
  /** Where it is written: a namespace as a whole, without an account. */
  readonly source: ClusterNamespace;
  /** Where it is followed; none yet is possible. Each a namespace of its own, in another cluster than the source. */
  readonly replicas: readonly ClusterNamespace[];
  /**
   * How the replicas call the source's pods.
   * @default Naming.podHostname()
   */
  readonly naming?: Naming;
  /**
   * One name for all of the source's pods, such as `pxc-cluster.cluster-b.global`: replicas follow whichever answers, and the
   * channel has one source. A DNS name outside `cluster.local`; instead of `naming`.
   * @default - each pod has a name of its own, and the channel a source for each
   */
  readonly host?: string;
  /**
   * The virtual address behind `host`: one that nothing has, such as 240.0.0.10.
   * @default - istiod gives one, of 240.240.0.0/16
   */
  readonly address?: string;
  /**
   * The way that the replicas' packets take to the source.
   * @default NetworkPath.byNetwork()
   */
  readonly via?: NetworkPath;
  /**
   * Namespaces of the members' clusters whose pods connect to it, beside its own namespaces: everybody else's are kept away by
   * NetworkPolicy. Namespaces as a whole, without an account.
   * @default - none
   */
  readonly clients?: readonly ClusterNamespace[];
  /**
   * The namespace of Percona's operator in every cluster, where one operator serves several namespaces: none that every
   * cluster has (default, kube-system and so on). It is written and injected
   * like the others; the operator must watch the database's namespace (`WATCH_NAMESPACE`, or `watchNamespace` of Percona's chart).
   * https://docs.percona.com/percona-operator-for-mysql/pxc/cluster-wide.html
   * @default - the database's own
   */
  readonly operatorNamespace?: string;
  /**
   * The name of MySQL's replication channel: at most 64 letters, digits, `_`, `-` and `.`.
   * @default - the source's cluster, `_to_replicas`, with `_` for `-`
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

/** One place where a database runs, and what it does there. */
export interface DatabaseMember {
  readonly at: ClusterNamespace;
  readonly role: 'source' | 'replica';
}

/** One MySQL database, written in one cluster and followed in others. */
export class Database {
  public readonly name: string;
  public readonly source: ClusterNamespace;
  public readonly replicas: readonly ClusterNamespace[];
  public readonly clients: readonly ClusterNamespace[];
  public readonly operatorNamespace?: string;
  public readonly channel: string;
  public readonly settings: PxcSettings;
  /** How many pods each member has. */
  public readonly size: number;
  /** How the replicas dial the source's pods. */
  public readonly offer: Offer;

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

  public get members(): DatabaseMember[] {
    return [
      { at: this.source, role: 'source' },
      ...Array.from(this.replicas, (at): DatabaseMember => ({ at, role: 'replica' })),
    ];
  }

  /** What of it runs in a cluster. */
  public membersIn(cluster: Cluster): DatabaseMember[] {
    return this.members.filter(({ at }) => at.cluster === cluster);
  }

  /** Where the operator of a member is. */
  public operatorIn({ cluster, name }: ClusterNamespace): ClusterNamespace {
    return cluster.namespace(this.operatorNamespace ?? name);
  }

  /** The names of each member's pods. */
  public get pods(): string[] {
    return Array.from({ length: this.size }, (_, ordinal) => `${pxc.statefulSet(this.name)}-${ordinal}`);
  }

  /** What is wrong with this database taken alone. */
  public problems(path: string): Problem[] {
    return [
      ...rules.checkProps(path, this.props, databaseRules),
      ...sizeProblems(path, this.settings),
      ...this.nameProblems(path),
      ...this.accountProblems(path),
      ...this.clientProblems(path),
    ];
  }

  /** The database's pods always run as its own account, so an account here would be ignored. */
  private accountProblems(path: string): Problem[] {
    const named = [
      { at: this.source, where: 'source' },
      ...Array.from(this.replicas, (at, index) => ({ at, where: `replicas[${index}]` })),
    ];
    return named
      .filter(
        ({ at }) => NAMESPACE_RULE.holds(at) && at.account !== undefined && at.problems('').length === 0,
      )
      .map(({ at, where }) => ({
        path: `${path}.${where}`,
        must: `be a namespace without a service account: the database's pods run as ${show(this.offer.serviceAccount)}`,
        got: `account ${show(at.account)} of ${show(at.name)}`,
        advice: 'leave out the account',
      }));
  }

  private clientProblems(path: string): Problem[] {
    return Array.from(this.clients).flatMap((client, index) => {
      // what is no namespace has been said
      if (!NAMESPACE_RULE.holds(client)) return [];
      const at = `${path}.clients[${index}]`;
      if (client.account !== undefined) {
        return {
          path: at,
          must: 'be a namespace as a whole: NetworkPolicy does not know accounts',
          got: `account ${show(client.account)} of ${show(client.name)}`,
          advice: 'leave out the account, and name it in an AuthorizationPolicy of your own',
        };
      }
      const members = this.members.map((member) => member.at);
      // databaseRules report a member that is not a namespace; the clusters of the database are then unknown
      if (!members.every((member) => NAMESPACE_RULE.holds(member))) return [];
      const clusters = members.map(({ cluster }) => cluster);
      if (clusters.includes(client.cluster)) return [];
      if (clusters.some(({ name }) => name === client.cluster?.name))
        return strangerProblem(`${at}.cluster`, client.cluster, clusters);
      return {
        path: at,
        must: 'be in a cluster where the database has a member',
        got: `${show(client.name)} in ${show(client.cluster?.name)}`,
        advice: 'leave it out, or offer the database to it',
      };
    });
  }

  private nameProblems(path: string): Problem[] {
    const { host, naming, address } = this.props ?? {};
    const advice = 'give the one or the other';
    if (host !== undefined && naming !== undefined)
      return [{ path: `${path}.naming`, must: 'be left out where host is given', got: 'both', advice }];
    if (host === undefined && address !== undefined)
      return [
        { path: `${path}.address`, must: 'belong to a host', got: 'no host', advice: 'give the host too' },
      ];
    return [];
  }
}
