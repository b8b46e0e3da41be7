import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { type GatewaySettings, gatewaySettingsErrors, gatewaySettingsRules } from '../model/gateway-settings';
import { hasErrors, soundProps } from '../rules/construct-errors';
import { type FieldError, show } from '../rules/field-error';
import * as rules from '../rules/rules';
import { addGatewayProxies } from './gateway-proxies';

/** The props of IngressGateway. */
export interface IngressGatewayProps extends GatewaySettings {
  /**
   * The name of the Deployment, the Service and the ServiceAccount: a DNS label. Without the prefix `istio-`
   * it is also the label `istio` that Gateways select.
   * @default istio-ingressgateway
   */
  readonly name?: string;
  /**
   * The namespace of the gateway. It should hold nothing else, so that policies can tell the gateway's
   * callers apart. `istio-system` is refused: the gateway's account may read the Secrets of its namespace,
   * and istio-system has `cacerts` and the remote secrets. The chart's namespace is the default here, because
   * no other construct has a default that names this namespace.
   * @default - the chart's namespace, or istio-ingress
   */
  readonly namespace?: string;
  /**
   * The node port of the gateway's HTTP port: 30000 to 32767, with serviceType NodePort or LoadBalancer.
   * @default - Kubernetes allocates one
   */
  readonly httpNodePort?: number;
  /**
   * The node port of the gateway's HTTPS port: 30000 to 32767, and another than `httpNodePort`.
   * @default - Kubernetes allocates one
   */
  readonly httpsNodePort?: number;
  /**
   * The Istio revision that injects the gateway's proxy (`istio.io/rev`).
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

/** @param namespace that of the gateway, whether the props or the chart have it */
function propsErrors(path: string, props: IngressGatewayProps, namespace: string): FieldError[] {
  return [
    ...rules.checkProps(path, props, propsRules),
    ...gatewaySettingsErrors(path, props),
    ...sameNodePort(path, props),
    ...besideIstiod(path, namespace),
  ];
}

/**
 * An ingress gateway: the pods through which clients outside the mesh, such as browsers, reach Services of
 * the mesh. IngressRoute gives it hosts. Its pods run as those of Istio's gateway chart. The default child is
 * the Deployment.
 */
export class IngressGateway extends Construct {
  /** The name of the Deployment, the Service and the ServiceAccount. */
  public readonly name: string;
  /** The gateway's namespace, in which the certificates of IngressRoutes are too. */
  public readonly namespace: string;
  /** The labels by which Gateway objects select the gateway's pods. */
  public readonly selector: { [key: string]: string };

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: IngressGatewayProps = {}) {
    super(scope, id);
    const { namespace: ofChart = 'istio-ingress' } = Chart.of(this);
    const { name = 'istio-ingressgateway', namespace = ofChart } = soundProps(props, propsRules);
    this.name = name;
    this.namespace = namespace;
    // Istio's own convention for what its Gateways select
    this.selector = { istio: name.replace(/^istio-/, '') };
    if (hasErrors(this, props, (path) => propsErrors(path, props, namespace))) return;
    const labels = {
      app: name,
      'app.kubernetes.io/name': name,
      // what telemetry takes where nothing is said; said, because istioctl validate asks for it
      'service.istio.io/canonical-revision': 'latest',
      ...this.selector,
    };
    const selector = { app: name, ...this.selector };
    const { revision, httpNodePort, httpsNodePort } = props;

    addGatewayProxies(this, { name, namespace, labels, selector, settings: props, revision });
    this.allowServingSecrets({ name, namespace, labels });
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

  /**
   * An IngressRoute's certificate is in a Secret of this namespace. istiod sends it to the proxies; before, it asks the API server
   * by a SubjectAccessReview whether their account may list Secrets here (pilot/pkg/credentials/kube/secrets.go, Istio 1.28 to
   * 1.31). The proxies never ask the API server themselves.
   */
  private allowServingSecrets(metadata: Metadata): void {
    const { name, namespace } = metadata;
    new k8s.Role(this, 'Role', {
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'watch', 'list'] }],
    });
    new k8s.RoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
}

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: { [key: string]: string };
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
      expected: 'differ from httpNodePort',
      actual: show(httpsNodePort),
      hint: 'give each a port of its own',
    },
  ];
}

function besideIstiod(path: string, namespace: string): FieldError[] {
  if (namespace !== 'istio-system') return [];
  return [
    {
      path: `${path}.namespace`,
      expected:
        "differ from 'istio-system', whose Secrets its account could read: the authority's key and the credentials of other clusters",
      actual: "'istio-system'",
      hint: "give it a namespace of its own, such as 'istio-ingress'",
    },
  ];
}
