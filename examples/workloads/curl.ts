import { Construct } from 'constructs';
import { type ClusterNamespace, kinds as k8s } from '../../lib';

/** A pod to call others from: `kubectl exec deploy/curl -- curl …`. */
export class Curl extends Construct {
  constructor(scope: Construct, id: string, at: ClusterNamespace) {
    super(scope, id);
    const name = 'curl';
    const labels = { app: name };

    new k8s.ServiceAccount(this, 'ServiceAccount', { metadata: { name, namespace: at.name } });
    new k8s.Deployment(this, 'Resource', {
      metadata: { name, namespace: at.name, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          // Istio's telemetry tells workloads apart by app and version
          metadata: { labels: { ...labels, version: 'v1' } },
          spec: {
            serviceAccountName: name,
            terminationGracePeriodSeconds: 0,
            containers: [{ name, image: 'docker.io/curlimages/curl:8.16.0', command: ['sleep', 'infinity'] }],
          },
        },
      },
    });
  }
}
