import type { FieldError } from '../../rules/field-error';
import * as rules from '../../rules/rules';
import { CHANNEL_NAME_RULE } from './names';

/** A MySQL server from which a replica may replicate. */
export interface ReplicationSource {
  /** The server's host, as the replica dials it. */
  readonly host: string;
  /**
   * The server's port.
   * @default 3306
   */
  readonly port?: number;
}

/** The props of ReplicationChannel.replica. */
export interface ReplicaChannelProps {
  /** The channel's name: at most 64 letters, digits, `_`, `-` and `.`. */
  readonly name: string;
  /**
   * The source's servers in order of preference: 1 to 100. Each gets a weight of its own, and MySQL prefers
   * the greatest.
   */
  readonly sources: readonly ReplicationSource[];
  /**
   * The number of times that MySQL tries a lost source before it turns to the next one: 1 to 1000. 0 is
   * refused, because MySQL then tries the same source for ever.
   * @default 1
   */
  readonly sourceRetryCount?: number;
  /**
   * The time between two tries, in seconds: 1 to 3600.
   * @default 1
   */
  readonly sourceConnectRetrySeconds?: number;
}

/** A replication channel as an entry of `spec.pxc.replicationChannels` of a PerconaXtraDBCluster. */
export interface ReplicationChannelSpec {
  /** The channel's name. */
  readonly name: string;
  /** True in the cluster from which others replicate; left out in a cluster that replicates. */
  readonly isSource?: boolean;
  /** The source's servers, by rising weight; left out in the source itself. */
  readonly sourcesList?: ReplicationSourceSpec[];
  /** How MySQL connects to the servers; left out in the source itself. */
  readonly configuration?: ReplicationConnectionSpec;
}

/** A server as an entry of `sourcesList`. */
export interface ReplicationSourceSpec {
  /** The server's host. */
  readonly host: string;
  /** The server's port. */
  readonly port: number;
  /** The server's weight: MySQL prefers the server with the greatest. */
  readonly weight: number;
}

/** How MySQL connects to the servers of a channel. */
export interface ReplicationConnectionSpec {
  /** The number of times that MySQL tries a lost source before it turns to the next one. */
  readonly sourceRetryCount: number;
  /** The time between two tries, in seconds. */
  readonly sourceConnectRetry: number;
  /** Whether MySQL itself encrypts the channel. It is false, because the mesh encrypts and authenticates. */
  readonly ssl: boolean;
}

const MOST_SOURCES = 100;

const replicaRules: rules.Rules<ReplicaChannelProps> = {
  name: CHANNEL_NAME_RULE,
  sources: {
    ...rules.listOf(
      rules.objectWith<ReplicationSource>({ host: rules.address, port: rules.optional(rules.portNumber) }),
      1,
    ),
    expected: `be a list of 1 to ${MOST_SOURCES} sources with host and port`,
    hint: "name the source's pods: a replica without sources is refused by the operator",
    holds: (value) => Array.isArray(value) && value.length >= 1 && value.length <= MOST_SOURCES,
  },
  sourceRetryCount: rules.optional(rules.integer(1, 1000, 'give a number; 0 would mean no failover')),
  sourceConnectRetrySeconds: rules.optional(rules.integer(1, 3600, 'give seconds')),
};

/**
 * One asynchronous replication channel of a PerconaXtraDBCluster, seen from one of its two clusters. A
 * cluster is the source of all its channels or the replica of all its channels.
 * https://docs.percona.com/percona-operator-for-mysql/pxc/replication.html
 */
export class ReplicationChannel {
  /**
   * The channel in the cluster from which others replicate.
   * @param name The channel's name: at most 64 letters, digits, `_`, `-` and `.`.
   */
  public static source(name: string): ReplicationChannel {
    return new ReplicationChannel({ name });
  }

  /** The channel in a cluster that replicates. */
  public static replica(props: ReplicaChannelProps): ReplicationChannel {
    return new ReplicationChannel({ name: props?.name }, props ?? ({} as ReplicaChannelProps));
  }

  private constructor(
    private readonly named: { readonly name: string },
    private readonly following?: ReplicaChannelProps,
  ) {}

  /** The channel's name. */
  public get name(): string {
    return this.named.name;
  }

  /** Whether the cluster is the channel's source. */
  public get isSource(): boolean {
    return this.following === undefined;
  }

  /** The channel as an entry of `spec.pxc.replicationChannels`. */
  public toSpec(): ReplicationChannelSpec {
    if (this.following === undefined) return { name: this.name, isSource: true };
    const { sources, sourceRetryCount = 1, sourceConnectRetrySeconds = 1 } = this.following;
    return {
      name: this.name,
      // By rising weight: the operator first dials the last one listed, whatever its weight (pkg/controller/pxc/replication.go,
      // manageReplicationChannel), and MySQL would then move to the heaviest.
      sourcesList: sources
        .map(({ host, port = 3306 }, index) => ({ host, port, weight: MOST_SOURCES - index }))
        .reverse(),
      configuration: {
        // Both, always: a partial configuration leaves the other at 0, and a source that died is tried for ever. Small, because a
        // replica that has several sources loses nothing by turning to the next: docs/decisions/0016.
        sourceRetryCount,
        sourceConnectRetry: sourceConnectRetrySeconds,
        // The mesh encrypts and authenticates; the certificates of the operator's own CA differ between clusters.
        ssl: false,
      },
    };
  }

  /**
   * Everything that is wrong with the channel's props.
   * @param path The place of the value in the input, such as `clusters[0]`; each FieldError begins with it.
   */
  public errors(path: string): FieldError[] {
    if (this.following) return rules.checkProps(path, this.following, replicaRules);
    return rules.checkValue(`${path}.name`, this.name, CHANNEL_NAME_RULE);
  }
}

/** What is wrong between the channels of one cluster. */
export function channelsErrors(path: string, channels: readonly ReplicationChannel[]): FieldError[] {
  const errors: FieldError[] = [];
  if (channels.some(({ isSource }) => isSource) && channels.some(({ isSource }) => !isSource)) {
    errors.push({
      path,
      expected: 'be all source or all replica',
      actual: channels
        .map(({ name, isSource }) => `'${name}' as ${isSource ? 'source' : 'replica'}`)
        .join(', '),
      hint: 'let one cluster write and the others follow; the operator refuses both roles in one',
    });
  }
  channels.forEach(({ name }, index) => {
    if (channels.findIndex((other) => other.name === name) === index) return;
    errors.push({
      path: `${path}[${index}].name`,
      expected: 'be given once',
      actual: `'${name}' again`,
      hint: 'give each channel a name of its own',
    });
  });
  return errors;
}
