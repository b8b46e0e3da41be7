import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  type GatewaySettings,
  gatewaySettingsProblems,
  gatewaySettingsRules,
} from '../fleet/gateway-settings';
import { InvalidInputError, type Problem, show } from '../fleet/problem';
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
   * Its namespace: one of its own, so that policies can tell its callers from others. Never istio-system: its account may read
   * the Secrets of its namespace, and there they are `cacerts`, the authority's key, and the credentials of other clusters.
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
    const namespace = props?.namespace ?? Chart.of(this).namespace ?? 'istio-ingress';
    InvalidInputError.throwIfAny([
      ...rules.checkProps(this.node.path, props, propsRules),
      ...gatewaySettingsProblems(this.node.path, props),
      ...sameNodePort(this.node.path, props),
      ...besideIstiod(this.node.path, namespace),
    ]);
    const name = props.name ?? 'istio-ingressgateway';
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
      must: 'differ from httpNodePort',
      got: show(httpsNodePort),
      advice: 'give each a port of its own',
    },
  ];
}

function besideIstiod(path: string, namespace: unknown): Problem[] {
  if (namespace !== 'istio-system') return [];
  return [
    {
      path: `${path}.namespace`,
      must: "differ from 'istio-system', whose Secrets its account could read: the authority's key and the credentials of other clusters",
      got: "'istio-system'",
      advice: "give it a namespace of its own, such as 'istio-ingress'",
    },
  ];
}
