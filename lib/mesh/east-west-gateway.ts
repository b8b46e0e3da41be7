import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { type GatewaySettings, gatewaySettingsErrors, gatewaySettingsRules } from '../model/gateway-settings';
import { hasErrors, planned, soundProps } from '../rules/construct-errors';
import type { FieldError } from '../rules/field-error';
import * as rules from '../rules/rules';
import {
  GATEWAY_NAME,
  gatewayPods,
  MTLS_PORT,
  proxySelector,
  STATUS_PORT,
  WEBHOOK_PORT,
  XDS_PORT,
} from '../well-known/gateway-names';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';
import { CrossNetworkGateway, GATEWAY_HOSTS } from './cross-network-gateway';
import { addGatewayProxies, gatewayPort as port } from './gateway-proxies';

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
   * The namespace of the gateway. The default is not the chart's namespace: an OfferedServiceEntry in another
   * chart must name the gateway's namespace too, and by default the two agree.
   * @default istio-system
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

function propsErrors(path: string, props: EastWestGatewayProps): FieldError[] {
  return [...rules.checkProps(path, props, propsRules), ...gatewaySettingsErrors(path, props)];
}

/**
 * An east-west gateway: the pods through which proxies of other clusters reach pods of this one. It is
 * Istio's gateway chart with `networkGateway`, as plain YAML. The default child is the Deployment.
 *
 * The gateway reads the SNI of a connection and forwards the encrypted bytes to the pod that the SNI names.
 * It decrypts nothing: the pods' own proxies authenticate and authorize callers. It has a route for each of
 * the named hosts and no other (istio/istio pilot/pkg/networking/core/gateway.go,
 * builtAutoPassthroughFilterChains).
 * https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/
 */
export class EastWestGateway extends Construct {
  /** The name of the Deployment, the Service and the ServiceAccount. */
  public readonly name: string;
  /** The gateway's namespace: the one to which OfferedServiceEntries must be exported. */
  public readonly namespace: string;
  /** The network that the gateway leads into. */
  public readonly network: string;
  /** The hosts that other clusters may reach through the gateway, as far as the gateway itself has them. */
  public readonly hosts: readonly string[];
  /** The labels by which Gateway objects select the gateway's pods. */
  public readonly selector: { [key: string]: string };

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: EastWestGatewayProps) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { name = GATEWAY_NAME, namespace = ISTIO_NAMESPACE, network, hosts = [] } = sound;
    this.name = name;
    this.namespace = namespace;
    this.network = network;
    this.hosts = hosts;
    this.selector = proxySelector(network);
    if (hasErrors(this, props, (path) => propsErrors(path, props))) return;
    const selector = gatewayPods(name);
    const labels = { app: name, 'app.kubernetes.io/name': name, ...selector };
    const metadata = { name, namespace, labels };

    addGatewayProxies(this, {
      ...{ name, namespace, labels, selector },
      settings: props,
      network,
      revision: props.revision,
      // only endpoints of its own network: traffic that came in here never leaves through another gateway
      env: [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: network }],
    });
    new k8s.Service(this, 'Service', {
      metadata: {
        ...metadata,
        // how istiod learns that this Service leads into the network
        labels: { ...labels, 'topology.istio.io/network': network },
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
    if (hosts.length === 0) return;
    new CrossNetworkGateway(this, 'Hosts', planned({ network, hosts, namespace }));
  }
}
