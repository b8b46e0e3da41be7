import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  GATEWAY_NAME,
  gatewayPods,
  METRICS_PORTS,
  MTLS_PORT,
  STATUS_PORT,
  WEBHOOK_PORT,
  XDS_PORT,
} from '../fleet/gateway-names';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import { tcp } from './peers';

export interface GatewayNetworkPolicyProps {
  /**
   * The name of the gateway's Deployment, and of the policy: a DNS label.
   * @default istio-eastwestgateway
   */
  readonly name?: string;
  /**
   * Its namespace.
   * @default - the chart's namespace, or istio-system
   */
  readonly namespace?: string;
  /**
   * Whether other clusters reach the istiod of this cluster through it, on 15012 and 15017.
   * @default false
   */
  readonly exposesIstiod?: boolean;
  /**
   * The address ranges (CIDR) that other clusters come from. Give them only where the gateway's pods see their callers' addresses, as
   * with `externalTrafficPolicy: Local`; elsewhere they see those of nodes, and everybody would be shut out.
   * @default - everywhere
   */
  readonly sourceRanges?: readonly string[];
}

const propsRules: rules.Rules<GatewayNetworkPolicyProps> = {
  name: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
  exposesIstiod: rules.optional(rules.boolean),
  sourceRanges: rules.optional(rules.listOf(rules.cidr, 1)),
};

/**
 * An east-west gateway's pods take what it is for, and nothing else: 15443 from the other clusters; readiness and metrics, which load
 * balancers and Prometheus ask for. Istio's own chart has the same ports (`global.networkPolicy.enabled`).
 * https://istio.io/latest/docs/setup/additional-setup/network-policy/
 */
export class GatewayNetworkPolicy extends Construct {
  constructor(scope: Construct, id: string, props: GatewayNetworkPolicyProps = {}) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const name = props.name ?? GATEWAY_NAME;
    new k8s.NetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: props.namespace ?? Chart.of(this).namespace ?? 'istio-system' },
      spec: {
        podSelector: { matchLabels: gatewayPods(name) },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: props.sourceRanges?.map((cidr) => ({ ipBlock: { cidr } })),
            ports: tcp(MTLS_PORT, ...(props.exposesIstiod ? [XDS_PORT, WEBHOOK_PORT] : [])),
          },
          { ports: tcp(STATUS_PORT, ...METRICS_PORTS) },
        ],
      },
    });
  }
}
