import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  type GatewaySettings,
  gatewaySettingsProblems,
  gatewaySettingsRules,
} from '../fleet/gateway-settings';
import { InvalidInputError, show } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import { GatewayProxies } from './gateway-proxies';

export interface IngressGatewayProps extends GatewaySettings {
  /**
   * The name of its Deployment, Service and ServiceAccount, and the label `istio` by which Gateways find it: a DNS label.
   * @default istio-ingressgateway
   */
  readonly name?: string;
  /**
   * Its namespace: one of its own, so that policies can tell its callers from others.
   * @default - the chart's namespace, or istio-ingress
   */
  readonly namespace?: string;
  /**
   * The port of every node that leads to its HTTP port, with serviceType NodePort or LoadBalancer: 30000 to 32767.
   * @default - given by Kubernetes
   */
  readonly httpNodePort?: number;
  /**
   * The port of every node that leads to its HTTPS port.
   * @default - given by Kubernetes
   */
  readonly httpsNodePort?: number;
  /**
   * The Istio revision that injects its proxy (`istio.io/rev`).
   * @default - the default revision
   */
  readonly revision?: string;
}

const propsRules: rules.Rules<IngressGatewayProps> = {
  name: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
  httpNodePort: rules.optional(rules.nodePort),
  httpsNodePort: rules.optional(rules.nodePort),
  revision: rules.optional(rules.dnsLabel()),
  ...gatewaySettingsRules,
};

/** The way in for those outside the mesh: a browser, say. What it leads to is said by IngressRoute. */
export class IngressGateway extends Construct {
  /** The labels by which Gateways find its proxies. */
  public readonly selector: { [key: string]: string };

  constructor(scope: Construct, id: string, props: IngressGatewayProps = {}) {
    super(scope, id);
    InvalidInputError.throwIfAny([
      ...rules.checkProps(this.node.path, props, propsRules),
      ...gatewaySettingsProblems(this.node.path, props),
      ...sameNodePort(this.node.path, props),
    ]);
    const name = props.name ?? 'istio-ingressgateway';
    const namespace = props.namespace ?? Chart.of(this).namespace ?? 'istio-ingress';
    // Istio's own convention for what its Gateways select
    this.selector = { istio: name.replace(/^istio-/, '') };
    const labels = {
      app: name,
      'app.kubernetes.io/name': name,
      // what telemetry takes where nothing is said; said, because istioctl validate asks for it
      'service.istio.io/canonical-revision': 'latest',
      ...this.selector,
    };
    const selector = { app: name, ...this.selector };
    const { revision, httpNodePort, httpsNodePort } = props;

    new GatewayProxies(this, 'Proxies', { name, namespace, labels, selector, settings: props, revision });
    new k8s.Service(this, 'Service', {
      metadata: { name, namespace, labels, annotations: props.serviceAnnotations },
      spec: {
        type: props.serviceType ?? 'LoadBalancer',
        loadBalancerClass: props.loadBalancerClass,
        loadBalancerSourceRanges: props.loadBalancerSourceRanges && [...props.loadBalancerSourceRanges],
        externalTrafficPolicy: props.externalTrafficPolicy,
        selector,
        ports: [
          port('tcp-status', 15021, 15021),
          // the proxy runs as nobody in particular, who may not listen below 1024
          { ...port('http2', 80, 8080), nodePort: httpNodePort },
          { ...port('https', 443, 8443), nodePort: httpsNodePort },
        ],
      },
    });
  }
}

function port(name: string, number: number, target: number): k8s.ServicePort {
  return { name, port: number, targetPort: k8s.IntOrString.fromNumber(target), protocol: 'TCP' };
}

function sameNodePort(path: string, props: IngressGatewayProps) {
  const { httpNodePort, httpsNodePort } = props ?? {};
  if (httpNodePort === undefined || httpNodePort !== httpsNodePort) return [];
  return [
    {
      path: `${path}.httpsNodePort`,
      must: 'differ from httpNodePort',
      got: show(httpsNodePort),
      advice: 'give each a port of its own',
    },
  ];
}
