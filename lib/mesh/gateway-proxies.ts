import type { Construct } from 'constructs';
import * as k8s from '../kinds';
import { GATEWAY_RESOURCES, type GatewaySettings } from '../model/gateway-settings';

export interface GatewayProxiesProps extends Metadata {
  /** Labels by which Services and Gateways find the proxies. */
  readonly selector: { [key: string]: string };
  readonly settings: GatewaySettings;
  readonly network?: string;
  readonly revision?: string;
  readonly env?: { name: string; value: string }[];
}

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: { [key: string]: string };
}

/**
 * Adds the proxies of a gateway to its construct, as Istio's gateway chart runs them. Istio's webhook completes them from its
 * `gateway` template. The Deployment is the construct's default child.
 */
export function addGatewayProxies(gateway: Construct, props: GatewayProxiesProps): void {
  const { name, namespace, labels } = props;
  const metadata = { name, namespace, labels };
  new k8s.ServiceAccount(gateway, 'ServiceAccount', { metadata });
  addDeployment(gateway, metadata, props);
  addScaling(gateway, metadata, props);
}

function addDeployment(gateway: Construct, metadata: Metadata, props: GatewayProxiesProps): void {
  const { name } = metadata;
  const { selector: matchLabels, settings, network, revision } = props;
  new k8s.Deployment(gateway, 'Resource', {
    metadata,
    spec: {
      // left out where it is scaled: applying the YAML again must not undo the scaling
      replicas: settings.replicas,
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
          // The proxy asks istiod for everything. Istio's template brings the one token that this needs, istio-token with the
          // audience istio-ca, as a volume of its own; one for the Kubernetes API would only serve somebody who took over the pod.
          automountServiceAccountToken: false,
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
}

function addScaling(gateway: Construct, metadata: Metadata, props: GatewayProxiesProps): void {
  const { name } = metadata;
  const { selector: matchLabels, settings } = props;
  const { replicas, minReplicas = 2, maxReplicas = Math.max(5, minReplicas) } = settings;
  if (replicas === undefined) {
    new k8s.HorizontalPodAutoscaler(gateway, 'HorizontalPodAutoscaler', {
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
    new k8s.PodDisruptionBudget(gateway, 'PodDisruptionBudget', {
      metadata,
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels } },
    });
  }
}

/** The container that Istio's webhook fills in from its `gateway` template. */
function proxyContainer({ settings, env }: GatewayProxiesProps): k8s.Container {
  return {
    name: 'istio-proxy',
    image: 'auto',
    // 'auto' has no tag, so the API server would set Always before Istio's webhook replaces it, and a node that has the image but
    // no registry would not start the pod. A value of the pod's own outlives the injection (Istio's
    // pkg/kube/inject/webhook.go, reapplyOverwrittenContainers).
    imagePullPolicy: 'IfNotPresent',
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
