import { type ClusterNamespace, NAMESPACE_RULE } from './cluster';
import { NAMING_RULE, type Naming } from './naming';
import { Offer } from './offer';
import type { Problem } from './problem';
import { Protocol } from './protocol';
import * as pxc from './pxc-names';
import {
  DEFAULT_PXC_SIZE,
  PXC_NAME_RULE,
  type PxcSettings,
  pxcSettingsRules,
  sizeProblems,
} from './pxc-settings';
import { ROUTE_RULE, type Route } from './route';
import * as rules from './rules';

export interface DatabaseProps extends PxcSettings {
  /** The name of the PerconaXtraDBCluster in every cluster: a DNS label of at most 22 characters. */
  readonly name: string;
  /** Where it is written. */
  readonly source: ClusterNamespace;
  /** Where it is followed; none yet is possible. Each in another cluster than the source. */
  readonly replicas: ClusterNamespace[];
  /**
   * How the replicas call the source's pods.
   * @default Naming.podHostname()
   */
  readonly naming?: Naming;
  /**
   * The way that the replicas' packets take to the source.
   * @default Route.eastWestGateway()
   */
  readonly via?: Route;
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
  via: rules.optional(ROUTE_RULE),
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
  public readonly channel: string;
  public readonly settings: PxcSettings;
  /** How the replicas dial the source's pods. */
  public readonly offer: Offer;

  constructor(private readonly props: DatabaseProps) {
    const { name, source, replicas, naming, via, channel, ...settings } = props ?? ({} as DatabaseProps);
    this.name = name;
    this.source = source;
    this.replicas = Array.isArray(replicas) ? replicas : [];
    this.channel = channel ?? `${source?.cluster?.name}_to_replicas`.replaceAll('-', '_');
    this.settings = settings;
    const account = pxc.serviceAccount(name);
    this.offer = Offer.statefulSet({
      from: source?.cluster,
      namespace: source?.name,
      name: pxc.statefulSet(name),
      replicas: settings.size ?? DEFAULT_PXC_SIZE,
      port: 3306,
      protocol: Protocol.TCP,
      portName: 'tcp-mysql',
      to: this.replicas.map((replica) => replica?.serviceAccount?.(account)),
      naming,
      via,
      serviceAccount: account,
      podLabels: pxc.podLabels(name),
    });
  }

  public get members(): DatabaseMember[] {
    return [
      { at: this.source, role: 'source' },
      ...this.replicas.map((at): DatabaseMember => ({ at, role: 'replica' })),
    ];
  }

  /** What is wrong with this database taken alone. */
  public problems(path: string): Problem[] {
    return [...rules.checkProps(path, this.props, databaseRules), ...sizeProblems(path, this.settings)];
  }
}
