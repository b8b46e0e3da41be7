import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  type GatewaySettings,
  gatewaySettingsProblems,
  gatewaySettingsRules,
} from '../fleet/gateway-settings';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';

export interface EastWestGatewayProps extends GatewaySettings {
  /** The network that the gateway leads into, the same as istiod's `global.network`. */
  readonly network: string;
  /**
   * The hosts that other clusters may reach through it, each as its ServiceEntry or Service is called here. At least
   * one. `*.local`, every service of the cluster with istiod and the Kubernetes API among them, only if named here.
   */
  readonly hosts: string[];
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
  hosts: rules.listOf(
    {
      must: "be a DNS name, or a wildcard such as '*.local'",
      advice: 'list the hosts that are offered',
      holds: (value) => typeof value === 'string' && rules.isDnsName(value.replace(/^\*\./, '')),
    },
    1,
  ),
  name: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
  revision: rules.optional(rules.dnsLabel()),
  ...gatewaySettingsRules,
};

/** The label by which Gateway resources find the east-west gateway's pods; Istio's samples use the same. */
const SELECTOR = { istio: 'eastwestgateway' };

/** Where a network gateway expects mutual TLS for other clusters' services; Istio's convention. */
const MTLS_PORT = 15443;

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
    const name = props.name ?? 'istio-eastwestgateway';
    const namespace = props.namespace ?? Chart.of(this).namespace ?? 'istio-system';
    const labels = { app: name, 'app.kubernetes.io/name': name, ...SELECTOR };
    const metadata = { name, namespace, labels };
    this.namespace = namespace;

    new k8s.ServiceAccount(this, 'ServiceAccount', { metadata });
    this.allowReadingSecrets(metadata);
    this.runProxies(metadata, props);
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
        loadBalancerSourceRanges: props.loadBalancerSourceRanges,
        selector: { app: name, ...SELECTOR },
        ports: [port('status-port', 15021), port('tls', MTLS_PORT)],
      },
    });
    new k8s.Gateway(this, 'Resource', {
      metadata: { name: 'cross-network-gateway', namespace, labels },
      spec: {
        selector: SELECTOR,
        servers: [
          {
            port: { number: MTLS_PORT, name: 'tls', protocol: 'TLS' },
            tls: { mode: k8s.GatewayTlsMode.AUTO_UNDERSCORE_PASSTHROUGH },
            hosts: props.hosts,
          },
        ],
      },
    });
  }

  // Istio's chart does the same: the proxy may be asked to serve certificates kept in Secrets of its namespace.
  private allowReadingSecrets(metadata: { name: string; namespace: string }): void {
    new k8s.Role(this, 'Role', {
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'watch', 'list'] }],
    });
    new k8s.RoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: metadata.name, namespace: metadata.namespace }],
    });
  }

  private runProxies(metadata: Metadata, props: EastWestGatewayProps): void {
    const { name } = metadata;
    const matchLabels = { app: name, ...SELECTOR };
    const { minReplicas = 2, maxReplicas = Math.max(5, minReplicas) } = props;
    new k8s.Deployment(this, 'Deployment', {
      metadata,
      spec: {
        // left out where it is scaled: applying the YAML again must not undo the scaling
        replicas: props.replicas,
        selector: { matchLabels },
        template: {
          metadata: {
            labels: {
              ...metadata.labels,
              'sidecar.istio.io/inject': 'true',
              'topology.istio.io/network': props.network,
              ...(props.revision ? { 'istio.io/rev': props.revision } : {}),
            },
            annotations: { 'inject.istio.io/templates': 'gateway' },
          },
          spec: {
            serviceAccountName: name,
            containers: [proxyContainer(props)],
            topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(
              (topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels },
              }),
            ),
          },
        },
      },
    });
    if (props.replicas === undefined) {
      new k8s.HorizontalPodAutoscaler(this, 'HorizontalPodAutoscaler', {
        metadata,
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
          minReplicas,
          maxReplicas,
          metrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
            },
          ],
        },
      });
    }
    // with a single replica a budget would only stop nodes from being drained (kubernetes/kubernetes#93476)
    if ((props.replicas ?? minReplicas) > 1) {
      new k8s.PodDisruptionBudget(this, 'PodDisruptionBudget', {
        metadata,
        spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels } },
      });
    }
  }
}

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: { [key: string]: string };
}

/** The container that Istio's webhook fills in from its `gateway` template. */
function proxyContainer(props: EastWestGatewayProps): k8s.Container {
  return {
    name: 'istio-proxy',
    image: 'auto',
    // only endpoints of its own network: traffic that came in here never leaves through another gateway
    env: [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: props.network }],
    ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
    resources: {
      requests: {
        cpu: k8s.Quantity.fromString(props.cpuRequest ?? '100m'),
        memory: k8s.Quantity.fromString(props.memoryRequest ?? '128Mi'),
      },
      limits: {
        cpu: k8s.Quantity.fromString(props.cpuLimit ?? '2000m'),
        memory: k8s.Quantity.fromString(props.memoryLimit ?? '1Gi'),
      },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    },
  };
}

function port(name: string, number: number): k8s.ServicePort {
  return { name, port: number, targetPort: k8s.IntOrString.fromNumber(number), protocol: 'TCP' };
}
