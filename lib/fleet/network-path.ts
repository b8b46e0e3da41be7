import type { Cluster } from './cluster';
import type { Problem } from './problem';
import * as rules from './rules';

export interface NodePortPathProps {
  /**
   * The node port of the offer's first host: 30000 to 32767; the next hosts have the next ports.
   * @default - 30000 plus the last three digits of the offered port, or the next ports that are free
   */
  readonly firstNodePort?: number;
  /**
   * Whether the mesh's mutual TLS is spoken through the node port. Without it the pods need no mesh, nobody is told from anybody
   * else, and what they say can be read on the way.
   * @default true
   */
  readonly mutualTls?: boolean;
}

const nodePortRules: rules.Rules<NodePortPathProps> = {
  firstNodePort: rules.optional(rules.nodePort),
  mutualTls: rules.optional(rules.boolean),
};

export interface NetworkPathProps {
  /**
   * The node port of the first host, where there are callers on the same network.
   * @default - as for NetworkPath.nodePort()
   */
  readonly firstNodePort?: number;
}

/** How packets get from one cluster into another; `direct` is from pod to pod, on one network. */
export type NetworkPathKind = 'eastWestGateway' | 'nodePort' | 'direct';

/** The way that consumers' packets take to what is offered. */
export class NetworkPath {
  /** For each caller as its network asks: node ports from the same network, the east-west gateway from others. */
  public static byNetwork(props: NetworkPathProps = {}): NetworkPath {
    return new NetworkPath('byNetwork', props);
  }

  /** Through the offering cluster's east-west gateway: pods and nodes of the two clusters need not reach one another. */
  public static eastWestGateway(): NetworkPath {
    return new NetworkPath('eastWestGateway', {});
  }

  /**
   * Through a port of the offering cluster's nodes, for each host one: for networks that route between the clusters' nodes. The
   * cluster names its `nodeAddresses`.
   */
  public static nodePort(props: NodePortPathProps = {}): NetworkPath {
    return new NetworkPath('nodePort', props);
  }

  public readonly firstNodePort?: number;
  public readonly mutualTls: boolean;

  private constructor(
    public readonly kind: 'eastWestGateway' | 'nodePort' | 'byNetwork',
    private readonly props: NodePortPathProps,
  ) {
    this.firstNodePort = props?.firstNodePort;
    this.mutualTls = props?.mutualTls ?? true;
  }

  /** The way between two clusters. */
  public between(from: Cluster, caller: Cluster): NetworkPathKind {
    if (this.kind !== 'byNetwork') return this.kind;
    return from.network === caller.network ? 'nodePort' : 'eastWestGateway';
  }

  public problems(path: string): Problem[] {
    return rules.checkProps(path, this.props, nodePortRules);
  }
}

export const NETWORK_PATH_RULE: rules.Rule = {
  ...rules.instanceOf(NetworkPath, 'make it with NetworkPath.byNetwork(), .eastWestGateway() or .nodePort()'),
  inside: (path, value) => (value as NetworkPath).problems(path),
};
