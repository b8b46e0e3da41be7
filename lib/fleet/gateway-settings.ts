import { type Problem, show } from './problem';
import { resourceProblems } from './quantity';
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
   * The address ranges (CIDR) that may reach it, as far as the load balancer enforces them; name the peers' here. At least one; only
   * with serviceType LoadBalancer.
   * @default - everyone
   */
  readonly loadBalancerSourceRanges?: readonly string[];
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
   * CPU request of a replica, a Kubernetes quantity: more than 0, and at most cpuLimit.
   * @default 100m
   */
  readonly cpuRequest?: string;
  /**
   * Memory request of a replica, a Kubernetes quantity: more than 0, and at most memoryLimit.
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

/** What a replica asks for and may use, where nothing is said: as in Istio's gateway chart. */
export const GATEWAY_RESOURCES = {
  cpuRequest: '100m',
  memoryRequest: '128Mi',
  cpuLimit: '2000m',
  memoryLimit: '1Gi',
} as const;

export const SERVICE_TYPES = ['LoadBalancer', 'NodePort', 'ClusterIP'];

export const gatewaySettingsRules: rules.Rules<GatewaySettings> = {
  serviceType: rules.optional(rules.oneOf(SERVICE_TYPES)),
  serviceAnnotations: rules.optional(rules.annotations),
  loadBalancerClass: rules.optional(rules.text),
  loadBalancerSourceRanges: rules.optional(rules.listOf(rules.cidr, 1)),
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
  return [
    ...scalingProblems(path, settings ?? {}),
    ...serviceProblems(path, settings ?? {}),
    ...resourceProblems(path, settings, GATEWAY_RESOURCES),
  ];
}

function scalingProblems(path: string, { replicas, minReplicas, maxReplicas }: GatewaySettings): Problem[] {
  const problems: Problem[] = [];
  if (replicas !== undefined && (minReplicas !== undefined || maxReplicas !== undefined)) {
    problems.push({
      path: `${path}.replicas`,
      must: 'be left out where minReplicas or maxReplicas is given',
      got: show(replicas),
      advice: 'choose between a fixed number and scaling',
    });
  }
  const areNumbers = [minReplicas, maxReplicas].every((value) => gatewaySettingsRules.replicas.holds(value));
  if (areNumbers && Number(minReplicas) > Number(maxReplicas)) {
    problems.push({
      path: `${path}.minReplicas`,
      must: `be at most maxReplicas (${maxReplicas})`,
      got: show(minReplicas),
      advice: 'lower it or raise maxReplicas',
    });
  }
  return problems;
}

/** Settings of a Service that Kubernetes refuses, or ignores, for a Service of another type. */
function serviceProblems(path: string, settings: GatewaySettings): Problem[] {
  const { serviceType = 'LoadBalancer', externalTrafficPolicy } = settings;
  // the rule `serviceType` has reported this already
  if (!SERVICE_TYPES.includes(serviceType)) return [];
  const problems: Problem[] = [];
  if (externalTrafficPolicy !== undefined && serviceType === 'ClusterIP') {
    problems.push({
      path: `${path}.externalTrafficPolicy`,
      must: "be left out where serviceType is 'ClusterIP', which nobody reaches from outside",
      got: show(externalTrafficPolicy),
      advice: 'leave out one of the two',
    });
  }
  for (const setting of ['loadBalancerClass', 'loadBalancerSourceRanges'] as const) {
    if (settings[setting] === undefined || serviceType === 'LoadBalancer') continue;
    problems.push({
      path: `${path}.${setting}`,
      must: "be left out unless serviceType is 'LoadBalancer'",
      got: `${show(settings[setting])} with serviceType ${show(serviceType)}`,
      advice: 'leave out one of the two',
    });
  }
  return problems;
}
