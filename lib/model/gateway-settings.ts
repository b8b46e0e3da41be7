import { type FieldError, show } from '../rules/field-error';
import { resourceErrors } from '../rules/quantity';
import * as rules from '../rules/rules';

/** The settings of an east-west or ingress gateway. Each has a default. */
export interface GatewaySettings {
  /**
   * The type of the gateway's Service: `LoadBalancer`, `NodePort` or `ClusterIP`.
   * @default LoadBalancer
   */
  readonly serviceType?: string;
  /**
   * Annotations of the gateway's Service, such as those that configure a cloud's load balancer.
   * @default - none
   */
  readonly serviceAnnotations?: { [key: string]: string };
  /**
   * The class of the load balancer (`spec.loadBalancerClass` of the Service). Only allowed with serviceType
   * LoadBalancer.
   * @default - the cluster's default
   */
  readonly loadBalancerClass?: string;
  /**
   * The address ranges (CIDR) that may reach the gateway, at least one: those from which the other clusters
   * come. The load balancer must support `spec.loadBalancerSourceRanges`. Only allowed with serviceType
   * LoadBalancer.
   * @default - all addresses
   */
  readonly loadBalancerSourceRanges?: readonly string[];
  /**
   * The Service's `spec.externalTrafficPolicy`: `Cluster` or `Local`. With `Cluster` a node may pass a
   * connection on to another node, which hides the caller's address. With `Local` the gateway's pods see the
   * caller's address, so that the gateway's NetworkPolicy names the `loadBalancerSourceRanges` too. Not
   * allowed with serviceType ClusterIP.
   * https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip
   * @default Cluster
   */
  readonly externalTrafficPolicy?: string;
  /**
   * A fixed number of replicas: 1 to 1000. `minReplicas` and `maxReplicas` must then be left out.
   * @default - scaled between minReplicas and maxReplicas
   */
  readonly replicas?: number;
  /**
   * The lower limit of the HorizontalPodAutoscaler: 1 to 1000, and at most `maxReplicas`. With two replicas
   * databases replicate while a node is drained.
   * @default 2
   */
  readonly minReplicas?: number;
  /**
   * The upper limit of the HorizontalPodAutoscaler: 1 to 1000.
   * @default 5
   */
  readonly maxReplicas?: number;
  /**
   * The CPU request of a replica: a Kubernetes quantity of more than 0, and at most `cpuLimit`.
   * @default 100m
   */
  readonly cpuRequest?: string;
  /**
   * The memory request of a replica: a Kubernetes quantity of more than 0, and at most `memoryLimit`.
   * @default 128Mi
   */
  readonly memoryRequest?: string;
  /**
   * The CPU limit of a replica: a Kubernetes quantity.
   * @default 2000m
   */
  readonly cpuLimit?: string;
  /**
   * The memory limit of a replica: a Kubernetes quantity.
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
export function gatewaySettingsErrors(path: string, settings: GatewaySettings): FieldError[] {
  return [
    ...scalingErrors(path, settings ?? {}),
    ...serviceErrors(path, settings ?? {}),
    ...resourceErrors(path, settings, GATEWAY_RESOURCES),
  ];
}

function scalingErrors(path: string, { replicas, minReplicas, maxReplicas }: GatewaySettings): FieldError[] {
  const errors: FieldError[] = [];
  if (replicas !== undefined && (minReplicas !== undefined || maxReplicas !== undefined)) {
    errors.push({
      path: `${path}.replicas`,
      expected: 'be left out where minReplicas or maxReplicas is given',
      actual: show(replicas),
      hint: 'choose between a fixed number and scaling',
    });
  }
  const areNumbers = [minReplicas, maxReplicas].every((value) => gatewaySettingsRules.replicas.holds(value));
  if (areNumbers && Number(minReplicas) > Number(maxReplicas)) {
    errors.push({
      path: `${path}.minReplicas`,
      expected: `be at most maxReplicas (${maxReplicas})`,
      actual: show(minReplicas),
      hint: 'lower it or raise maxReplicas',
    });
  }
  return errors;
}

/** Settings of a Service that Kubernetes refuses, or ignores, for a Service of another type. */
function serviceErrors(path: string, settings: GatewaySettings): FieldError[] {
  const { serviceType = 'LoadBalancer', externalTrafficPolicy } = settings;
  // the rule `serviceType` has reported this already
  if (!SERVICE_TYPES.includes(serviceType)) return [];
  const errors: FieldError[] = [];
  if (externalTrafficPolicy !== undefined && serviceType === 'ClusterIP') {
    errors.push({
      path: `${path}.externalTrafficPolicy`,
      expected: "be left out where serviceType is 'ClusterIP', which nobody reaches from outside",
      actual: show(externalTrafficPolicy),
      hint: 'leave out one of the two',
    });
  }
  for (const setting of ['loadBalancerClass', 'loadBalancerSourceRanges'] as const) {
    if (settings[setting] === undefined || serviceType === 'LoadBalancer') continue;
    errors.push({
      path: `${path}.${setting}`,
      expected: "be left out unless serviceType is 'LoadBalancer'",
      actual: `${show(settings[setting])} with serviceType ${show(serviceType)}`,
      hint: 'leave out one of the two',
    });
  }
  return errors;
}
