import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  GATEWAY_NAME,
  gatewayPods,
  MTLS_PORT,
  STATUS_PORT,
  WEBHOOK_PORT,
  XDS_PORT,
} from '../fleet/gateway-names';
import {
  type GatewaySettings,
  gatewaySettingsProblems,
  gatewaySettingsRules,
} from '../fleet/gateway-settings';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import { CrossNetworkGateway, GATEWAY_HOSTS } from './cross-network-gateway';
import { GatewayProxies, gatewayPort as port } from './gateway-proxies';

export interface EastWestGatewayProps extends GatewaySettings {
  /** The network that the gateway leads into, the same as istiod's `global.network`. */
  readonly network: string;
  /**
   * The hosts that other clusters may reach through it, each as its ServiceEntry or Service is called here. At least
   * one. `*.local`, every service of the cluster with istiod and the Kubernetes API among them, only if named here.
   * @default - said elsewhere: where another cluster's istiod configures the gateway, by a CrossNetworkGateway there
   */
  readonly hosts?: readonly string[];
  /**
   * Whether other clusters' proxies and API servers reach the istiod of this cluster through it, on 15012 and 15017: see
   * IstiodGateway.
   * @default false
   */
  readonly exposesIstiod?: boolean;
  /**
   * The name of its Deployment, Service and ServiceAccount: a DNS label.
   * @default istio-eastwestgateway
   */
  readonly name?: string;
  /**
   * Its namespace.
   * @default - the chart's namespace, or istio-system
   */
  readonly namespace?: string;
  /**
   * The Istio revision that injects its proxy (`istio.io/rev`).
   * @default - the default revision
   */
  readonly revision?: string;
}

const propsRules: rules.Rules<EastWestGatewayProps> = {
  network: rules.labelValue,
  hosts: rules.optional(GATEWAY_HOSTS),
  exposesIstiod: rules.optional(rules.boolean),
  name: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
  revision: rules.optional(rules.dnsLabel()),
  ...gatewaySettingsRules,
};

/**
 * The way into a cluster for the other clusters' proxies: an injected Envoy that reads only the SNI of a connection
 * and passes the still encrypted bytes to the pod that it names.
 *
 * It takes no part in trust: the pods' own sidecars authenticate and authorize. It has a route for the named hosts and
 * for nothing else (istio/istio pilot/pkg/networking/core/gateway.go, builtAutoPassthroughFilterChains).
 * Plain YAML of Istio's gateway chart with `networkGateway` set.
 */
export class EastWestGateway extends Construct {
  /** The namespace that source-side entries must be exported to. */
  public readonly namespace: string;

  constructor(scope: Construct, id: string, props: EastWestGatewayProps) {
    super(scope, id);
    InvalidInputError.throwIfAny([
      ...rules.checkProps(this.node.path, props, propsRules),
      ...gatewaySettingsProblems(this.node.path, props),
    ]);
    const name = props.name ?? GATEWAY_NAME;
    const namespace = props.namespace ?? Chart.of(this).namespace ?? 'istio-system';
    const selector = gatewayPods(name);
    const labels = { app: name, 'app.kubernetes.io/name': name, ...selector };
    const metadata = { name, namespace, labels };
    this.namespace = namespace;

    new GatewayProxies(this, 'Proxies', {
      ...{ name, namespace, labels, selector },
      settings: props,
      network: props.network,
      revision: props.revision,
      // only endpoints of its own network: traffic that came in here never leaves through another gateway
      env: [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: props.network }],
    });
    new k8s.Service(this, 'Service', {
      metadata: {
        ...metadata,
        // how istiod learns that this Service leads into the network
        labels: { ...labels, 'topology.istio.io/network': props.network },
        annotations: props.serviceAnnotations,
      },
      spec: {
        type: props.serviceType ?? 'LoadBalancer',
        loadBalancerClass: props.loadBalancerClass,
        loadBalancerSourceRanges: props.loadBalancerSourceRanges && [...props.loadBalancerSourceRanges],
        externalTrafficPolicy: props.externalTrafficPolicy,
        selector,
        ports: [
          // Istio's chart says status-port, which istioctl validate refuses outside istiod's own namespace
          port('tcp-status', STATUS_PORT),
          port('tls', MTLS_PORT),
          ...(props.exposesIstiod ? [port('tls-istiod', XDS_PORT), port('tls-webhook', WEBHOOK_PORT)] : []),
        ],
      },
    });
    const { network, hosts } = props;
    if (hosts) new CrossNetworkGateway(this, 'Hosts', { network, hosts, namespace });
  }
}
