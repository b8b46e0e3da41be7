/**
 * The ids of a cluster's charts. The number at the beginning of an id puts the files into the order in which
 * they must be applied. A chart's file is `<id>.k8s.yaml`.
 */
export enum Stage {
  /** Namespaces: istiod's, and all that offers and databases name. */
  NAMESPACES = '00-namespaces',
  /** The Secret `cacerts`, or what brings it. */
  TRUST = '10-trust',
  /**
   * The token by which other istiods read the cluster, and the remote secrets by which its istiod reads the
   * others.
   */
  CONTROL_PLANE = '20-control-plane',
  /** MetalLB's address pool. */
  ADDRESSES = '25-addresses',
  /**
   * Istio's policies for offered pods and databases, and the Sidecars of registry-only namespaces. They are
   * applied before the gateways, node ports and entries that lead to the pods.
   */
  POLICIES = '26-policies',
  /** NetworkPolicies. */
  NETWORK_POLICIES = '28-network-policies',
  /** The east-west gateway. */
  GATEWAY = '30-gateway',
  /** Services of type NodePort for offers by node port. */
  NODE_PORTS = '35-node-ports',
  /** ServiceEntries and DestinationRules of offers, on both sides. */
  TRAFFIC = '40-traffic',
  /** Databases and their service accounts. */
  DATABASE = '50-database',
  /** Monitoring. The library writes nothing here; the stage is for charts of your own. */
  MONITORING = '60-monitoring',
  /** Applications. The library writes nothing here; the stage is for charts of your own. */
  WORKLOADS = '70-workloads',
}
