import { Construct } from 'constructs';
import { kinds as k8s, type Offer } from '../../lib';

/** A web server before one pod. */
export class Nginx extends Construct {
  constructor(scope: Construct, id: string, offer: Offer) {
    super(scope, id);
    const { name, namespace, port, portName } = offer;
    const labels = { app: name };

    new k8s.ServiceAccount(this, 'ServiceAccount', { metadata: { name: offer.serviceAccount, namespace } });
    new k8s.Service(this, 'Service', {
      metadata: { name, namespace, labels },
      spec: {
        selector: labels,
        ports: [{ name: portName, port, targetPort: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }],
      },
    });
    new k8s.Deployment(this, 'Resource', {
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels: { ...labels, version: 'v1' } },
          spec: {
            serviceAccountName: offer.serviceAccount,
            containers: [
              {
                name: 'nginx',
                // the unprivileged one listens above 1024
                image: 'docker.io/nginxinc/nginx-unprivileged:1.29',
                ports: [{ name: portName, containerPort: port, protocol: 'TCP' }],
                resources: { requests: { cpu: k8s.Quantity.fromString('100m') } },
              },
            ],
          },
        },
      },
    });
  }
}
