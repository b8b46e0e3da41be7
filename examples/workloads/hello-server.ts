import { Construct } from 'constructs';
import { kinds as k8s, type Offer } from '../../lib';

/** The web server of Istio's helloworld sample: it answers with the name of its pod. */
export class HelloServer extends Construct {
  /** A StatefulSet whose pods are what the offer promises: as many as it names, or as many as are given for a group. */
  constructor(scope: Construct, id: string, offer: Offer, replicas = podsOf(offer)) {
    super(scope, id);
    const { name, namespace, port, portName } = offer;
    const labels = { app: name };

    new k8s.ServiceAccount(this, 'ServiceAccount', { metadata: { name: offer.serviceAccount, namespace } });
    new k8s.Service(this, 'Service', {
      metadata: { name: name, namespace, labels },
      spec: {
        clusterIp: 'None',
        selector: labels,
        ports: [{ name: portName, port, targetPort: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }],
      },
    });
    new k8s.StatefulSet(this, 'Resource', {
      metadata: { name, namespace, labels },
      spec: {
        serviceName: name,
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels: { ...labels, version: 'v1' } },
          spec: {
            serviceAccountName: offer.serviceAccount,
            containers: [
              {
                name: 'helloworld',
                image: 'docker.io/istio/examples-helloworld-v1:1.0',
                // the image's own command listens on 5000
                command: ['gunicorn', '-b', `0.0.0.0:${port}`, 'app:app', '-k', 'gevent'],
                ports: [{ name: portName, containerPort: port, protocol: 'TCP' }],
                readinessProbe: {
                  httpGet: { path: '/health', port: k8s.IntOrString.fromNumber(port) },
                },
                resources: { requests: { cpu: k8s.Quantity.fromString('100m') } },
              },
            ],
          },
        },
      },
    });
  }
}

function podsOf({ spec }: Offer): number {
  return spec.kind === 'statefulSet' ? spec.props.replicas : 1;
}
