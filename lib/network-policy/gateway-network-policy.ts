import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import {
  GATEWAY_NAME,
  gatewayPods,
  METRICS_PORTS,
  MTLS_PORT,
  STATUS_PORT,
  WEBHOOK_PORT,
  XDS_PORT,
} from '../well-known/gateway-names';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';
import { tcp } from './peers';

/** The props of GatewayNetworkPolicy. */
export interface GatewayNetworkPolicyProps {
  /**
   * The name of the gateway's Deployment, and of the NetworkPolicy: a DNS label.
   * @default istio-eastwestgateway
   */
  readonly name?: string;
  /**
   * The namespace of the gateway. The default is not the chart's namespace, so that it is the same as that of
   * the EastWestGateway, which may be in another chart.
   * @default istio-system
   */
  readonly namespace?: string;
  /**
   * Whether remote clusters reach the istiod of this cluster through the gateway, on ports 15012 and 15017.
   * @default false
   */
  readonly exposesIstiod?: boolean;
  /**
   * The address ranges (CIDR) of the other clusters, at least one. Give them only where the gateway's pods
   * see their callers' addresses, as with `externalTrafficPolicy: Local`. Elsewhere the pods see the nodes'
   * addresses, and the policy would refuse everybody.
   * @default - all addresses
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
 * The NetworkPolicy of an east-west gateway's pods. It allows 15443 for the other clusters, and the ports for
 * readiness and metrics, which load balancers and Prometheus read. Istio's own chart has the same ports
 * (`global.networkPolicy.enabled`).
 * https://istio.io/latest/docs/setup/additional-setup/network-policy/
 */
export class GatewayNetworkPolicy extends Construct {
  /** The name of the NetworkPolicy, which is that of the gateway's Deployment. */
  public readonly name: string;
  /** The namespace of the gateway. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: GatewayNetworkPolicyProps = {}) {
    super(scope, id);
    const { name = GATEWAY_NAME, namespace = ISTIO_NAMESPACE } = soundProps(props, propsRules);
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.NetworkPolicy(this, 'Resource', {
      metadata: { name, namespace },
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
