import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { type GatewaySettings, gatewaySettingsErrors, gatewaySettingsRules } from '../model/gateway-settings';
import { InvalidInputError } from '../rules/field-error';
import * as rules from '../rules/rules';
import {
  GATEWAY_NAME,
  gatewayPods,
  MTLS_PORT,
  STATUS_PORT,
  WEBHOOK_PORT,
  XDS_PORT,
} from '../well-known/gateway-names';
import { CrossNetworkGateway, GATEWAY_HOSTS } from './cross-network-gateway';
import { GatewayProxies, gatewayPort as port } from './gateway-proxies';

/** The props of EastWestGateway. */
export interface EastWestGatewayProps extends GatewaySettings {
  /** The network that the gateway leads into: the `global.network` of the cluster's istiod. */
  readonly network: string;
  /**
   * The hosts that other clusters may reach through the gateway, each as its ServiceEntry or Service has it
   * in this cluster. At least one. A wildcard such as `*.local` is allowed; it exposes every Service of the
   * cluster, istiod and the Kubernetes API among them.
   * @default - none here: a CrossNetworkGateway in the cluster whose istiod configures the gateway has them
   */
  readonly hosts?: readonly string[];
  /**
   * Whether the gateway's Service has ports for the istiod of this cluster: 15012 for the proxies and 15017
   * for the API servers of remote clusters. An IstiodGateway is needed too.
   * @default false
   */
  readonly exposesIstiod?: boolean;
  /**
   * The name of the Deployment, the Service and the ServiceAccount: a DNS label.
   * @default istio-eastwestgateway
   */
  readonly name?: string;
  /**
   * The namespace of the gateway.
   * @default - the chart's namespace, or istio-system
   */
  readonly namespace?: string;
  /**
   * The Istio revision that injects the gateway's proxy (`istio.io/rev`).
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
 * An east-west gateway: the pods through which proxies of other clusters reach pods of this one. It is
 * Istio's gateway chart with `networkGateway`, as plain YAML.
 *
 * The gateway reads the SNI of a connection and forwards the encrypted bytes to the pod that the SNI names.
 * It decrypts nothing: the pods' own proxies authenticate and authorize callers. It has a route for each of
 * the named hosts and no other (istio/istio pilot/pkg/networking/core/gateway.go,
 * builtAutoPassthroughFilterChains).
 * https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/
 */
export class EastWestGateway extends Construct {
  /** The gateway's namespace: the one to which OfferedServiceEntries must be exported. */
  public readonly namespace: string;

  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: EastWestGatewayProps) {
    super(scope, id);
    InvalidInputError.throwIfAny([
      ...rules.checkProps(this.node.path, props, propsRules),
      ...gatewaySettingsErrors(this.node.path, props),
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
