/**
 * The charts of a cluster in the order in which they are applied: the number before a chart's id makes file order
 * apply order. (Not by dependencies between charts: cdk8s expands those to all pairs of objects.)
 */
export enum Stage {
  NAMESPACES = '00-namespaces',
  TRUST = '10-trust',
  CONTROL_PLANE = '20-control-plane',
  ADDRESSES = '25-addresses',
  /** Who may dial what: before the gateways, node ports and entries that lead there. */
  POLICIES = '26-policies',
  NETWORK_POLICIES = '28-network-policies',
  GATEWAY = '30-gateway',
  NODE_PORTS = '35-node-ports',
  TRAFFIC = '40-traffic',
  DATABASE = '50-database',
  MONITORING = '60-monitoring',
  /** Applications of the fleet's users. */
  WORKLOADS = '70-workloads',
}
