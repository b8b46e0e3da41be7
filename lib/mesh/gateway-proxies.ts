import { Construct } from 'constructs';
import { GATEWAY_RESOURCES, type GatewaySettings } from '../fleet/gateway-settings';
import * as k8s from '../kinds';

export interface GatewayProxiesProps {
  readonly name: string;
  readonly namespace: string;
  readonly labels: { [key: string]: string };
  /** Labels by which Services and Gateways find the proxies. */
  readonly selector: { [key: string]: string };
  readonly settings: GatewaySettings;
  readonly network?: string;
  readonly revision?: string;
  readonly env?: { name: string; value: string }[];
}

/** The proxies of a gateway, which Istio's webhook fills in from its `gateway` template, as Istio's gateway chart runs them. */
export class GatewayProxies extends Construct {
  constructor(scope: Construct, id: string, props: GatewayProxiesProps) {
    super(scope, id);
    const { name, namespace, labels } = props;
    const metadata = { name, namespace, labels };
    new k8s.ServiceAccount(this, 'ServiceAccount', { metadata });
    this.allowReadingSecrets(metadata);
    this.runProxies(metadata, props);
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

  private runProxies(metadata: Metadata, props: GatewayProxiesProps): void {
    const { name } = metadata;
    const { selector: matchLabels, settings, network, revision } = props;
    const { replicas, minReplicas = 2, maxReplicas = Math.max(5, minReplicas) } = settings;
    new k8s.Deployment(this, 'Deployment', {
      metadata,
      spec: {
        // left out where it is scaled: applying the YAML again must not undo the scaling
        replicas,
        selector: { matchLabels },
        template: {
          metadata: {
            labels: {
              ...metadata.labels,
              // how telemetry calls it, as Istio's chart does; istioctl validate asks for both
              'service.istio.io/canonical-name': name,
              'service.istio.io/canonical-revision': 'latest',
              'sidecar.istio.io/inject': 'true',
              ...(network ? { 'topology.istio.io/network': network } : {}),
              ...(revision ? { 'istio.io/rev': revision } : {}),
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
    if (replicas === undefined) {
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
    if ((replicas ?? minReplicas) > 1) {
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
function proxyContainer({ settings, env }: GatewayProxiesProps): k8s.Container {
  return {
    name: 'istio-proxy',
    image: 'auto',
    env,
    ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
    resources: {
      requests: {
        cpu: k8s.Quantity.fromString(settings.cpuRequest ?? GATEWAY_RESOURCES.cpuRequest),
        memory: k8s.Quantity.fromString(settings.memoryRequest ?? GATEWAY_RESOURCES.memoryRequest),
      },
      limits: {
        cpu: k8s.Quantity.fromString(settings.cpuLimit ?? GATEWAY_RESOURCES.cpuLimit),
        memory: k8s.Quantity.fromString(settings.memoryLimit ?? GATEWAY_RESOURCES.memoryLimit),
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

/** A port of a gateway's Service. */
export function gatewayPort(name: string, number: number): k8s.ServicePort {
  return { name, port: number, targetPort: k8s.IntOrString.fromNumber(number), protocol: 'TCP' };
}
