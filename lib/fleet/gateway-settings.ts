import { type Problem, show } from './problem';
import * as rules from './rules';

/** How a cluster's east-west gateway runs; every setting has a default. */
export interface GatewaySettings {
  /**
   * How the gateway is reached: LoadBalancer, NodePort or ClusterIP.
   * @default LoadBalancer
   */
  readonly serviceType?: string;
  /**
   * Annotations of the gateway's Service, for a cloud's load balancer.
   * @default - none
   */
  readonly serviceAnnotations?: { [key: string]: string };
  /**
   * Which load balancer serves it; only with serviceType LoadBalancer.
   * @default - the cluster's own
   */
  readonly loadBalancerClass?: string;
  /**
   * The address ranges (CIDR) that may reach it, as far as the load balancer enforces them; name the peers' here.
   * @default - everyone
   */
  readonly loadBalancerSourceRanges?: string[];
  /**
   * Whether a connection may be passed on to another node, `Cluster`, at the price of its caller's address; or not, `Local`: the
   * gateway's NetworkPolicy then names the `loadBalancerSourceRanges` too. Only where the Service is reached from outside.
   * https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip
   * @default Cluster
   */
  readonly externalTrafficPolicy?: string;
  /**
   * A fixed number of replicas.
   * @default - scaled between minReplicas and maxReplicas
   */
  readonly replicas?: number;
  /**
   * The least replicas, where they are scaled. Two, so that a node can be drained while databases replicate.
   * @default 2
   */
  readonly minReplicas?: number;
  /**
   * The most replicas, where they are scaled.
   * @default 5
   */
  readonly maxReplicas?: number;
  /**
   * CPU request of a replica, a Kubernetes quantity.
   * @default 100m
   */
  readonly cpuRequest?: string;
  /**
   * Memory request of a replica, a Kubernetes quantity.
   * @default 128Mi
   */
  readonly memoryRequest?: string;
  /**
   * CPU limit of a replica, a Kubernetes quantity.
   * @default 2000m
   */
  readonly cpuLimit?: string;
  /**
   * Memory limit of a replica, a Kubernetes quantity.
   * @default 1Gi
   */
  readonly memoryLimit?: string;
}

export const SERVICE_TYPES = ['LoadBalancer', 'NodePort', 'ClusterIP'];

export const gatewaySettingsRules: rules.Rules<GatewaySettings> = {
  serviceType: rules.optional(rules.oneOf(SERVICE_TYPES)),
  serviceAnnotations: rules.optional(rules.annotations),
  loadBalancerClass: rules.optional(rules.text),
  loadBalancerSourceRanges: rules.optional(rules.listOf(rules.cidr)),
  externalTrafficPolicy: rules.optional(rules.oneOf(['Cluster', 'Local'])),
  replicas: rules.optional(rules.integer(1, 1000)),
  minReplicas: rules.optional(rules.integer(1, 1000)),
  maxReplicas: rules.optional(rules.integer(1, 1000)),
  cpuRequest: rules.optional(rules.quantity),
  memoryRequest: rules.optional(rules.quantity),
  cpuLimit: rules.optional(rules.quantity),
  memoryLimit: rules.optional(rules.quantity),
};

/** Rules between settings. */
export function gatewaySettingsProblems(path: string, settings: GatewaySettings): Problem[] {
  const { replicas, minReplicas, maxReplicas, loadBalancerClass, serviceType, externalTrafficPolicy } =
    settings ?? {};
  const problems: Problem[] = [];
  if (replicas !== undefined && (minReplicas !== undefined || maxReplicas !== undefined)) {
    problems.push({
      path: `${path}.replicas`,
      must: 'be left out where minReplicas or maxReplicas is given',
      got: show(replicas),
      advice: 'choose between a fixed number and scaling',
    });
  }
  if (minReplicas !== undefined && maxReplicas !== undefined && minReplicas > maxReplicas) {
    problems.push({
      path: `${path}.minReplicas`,
      must: `be at most maxReplicas (${maxReplicas})`,
      got: show(minReplicas),
      advice: 'lower it or raise maxReplicas',
    });
  }
  if (externalTrafficPolicy !== undefined && serviceType === 'ClusterIP') {
    problems.push({
      path: `${path}.externalTrafficPolicy`,
      must: "be left out where serviceType is 'ClusterIP', which nobody reaches from outside",
      got: show(externalTrafficPolicy),
      advice: 'leave out one of the two',
    });
  }
  if (loadBalancerClass !== undefined && serviceType !== undefined && serviceType !== 'LoadBalancer') {
    problems.push({
      path: `${path}.loadBalancerClass`,
      must: "be left out unless serviceType is 'LoadBalancer'",
      got: show(loadBalancerClass),
      advice: 'leave out one of the two',
    });
  }
  return problems;
}
