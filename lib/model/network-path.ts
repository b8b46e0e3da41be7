import { given } from '../rules/given';
import * as rules from '../rules/rules';

/** The settings of NetworkPath.nodePort. */
export interface NodePortPathProps {
  /**
   * The node port of the offer's first host: 30000 to 32767. The following hosts get the following ports.
   * @default - 30000 plus the last three digits of the offered port, or the next free ports
   */
  readonly firstNodePort?: number;
  /**
   * Whether callers use the mesh's mutual TLS through the node port. With false the pods need no proxy. Then
   * nothing authenticates the callers, and nothing encrypts the traffic.
   * @default true
   */
  readonly mutualTls?: boolean;
}

const nodePortRules: rules.Rules<NodePortPathProps> = {
  firstNodePort: rules.optional(rules.nodePort),
  mutualTls: rules.optional(rules.boolean),
};

/** The settings of NetworkPath.byNetwork. */
export interface NetworkPathProps {
  /**
   * The node port of the offer's first host, for callers on the same network: 30000 to 32767. The following
   * hosts get the following ports.
   * @default - as for NetworkPath.nodePort()
   */
  readonly firstNodePort?: number;
}

/**
 * The network path between two clusters: through the offering cluster's east-west gateway, through a port of
 * its nodes, or from pod to pod (`direct`), which requires one network and discovery.
 */
export type NetworkPathKind = 'eastWestGateway' | 'nodePort' | 'direct';

/** The network path that connections take from the callers to an offer. */
export class NetworkPath {
  /** Callers on the offering cluster's network use node ports; all others use the east-west gateway. */
  public static byNetwork(props: NetworkPathProps = {}): NetworkPath {
    return new NetworkPath('byNetwork', props);
  }

  /**
   * All callers use the offering cluster's east-west gateway. Neither pods nor nodes of the clusters have to
   * reach one another. The offering cluster must give its `gatewayAddress`.
   */
  public static eastWestGateway(): NetworkPath {
    return new NetworkPath('eastWestGateway', {});
  }

  /**
   * All callers use node ports of the offering cluster, one for each host. The callers' cluster must reach
   * the offering cluster's nodes, and the offering cluster must give its `nodeAddresses`.
   */
  public static nodePort(props: NodePortPathProps = {}): NetworkPath {
    return new NetworkPath('nodePort', props);
  }

  /** The first node port, as given in NodePortPathProps.firstNodePort; undefined where it is allocated. */
  public readonly firstNodePort?: number;
  /** Whether callers use mutual TLS: NodePortPathProps.mutualTls, or true. */
  public readonly mutualTls: boolean;

  private constructor(
    /** The kind of path: the name of the factory that made the value. */
    public readonly kind: 'eastWestGateway' | 'nodePort' | 'byNetwork',
    /** The settings, as they were given. */
    public readonly props: NodePortPathProps,
  ) {
    const { firstNodePort, mutualTls } = given(props);
    this.firstNodePort = firstNodePort;
    this.mutualTls = mutualTls ?? true;
    Object.freeze(this);
  }
}

export const NETWORK_PATH_RULE: rules.Rule = {
  ...rules.instanceOf(NetworkPath, 'make it with NetworkPath.byNetwork(), .eastWestGateway() or .nodePort()'),
  inside: (path, value) => rules.checkProps(path, (value as NetworkPath).props, nodePortRules),
};
