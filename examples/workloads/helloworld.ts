import { Construct } from 'constructs';
import { kinds as k8s, type Offer } from '../../lib';

/** Istio's helloworld sample: a Service before pods that answer with their own names. */
export class Helloworld extends Construct {
  /**
   * The pods that a Service's offer promises.
   * @param otherPorts what the Service has beside the offered port, by name
   */
  constructor(
    scope: Construct,
    id: string,
    offer: Offer,
    replicas: number,
    version = 'v1',
    otherPorts: { readonly [name: string]: number } = {},
  ) {
    super(scope, id);
    const { name, namespace, port, portName, spec } = offer;
    const { targetPort = port } = spec.kind === 'service' ? spec.props : {};
    const labels = { app: name };
    const ports = [
      { name: portName, port, target: targetPort },
      ...Object.entries(otherPorts).map(([other, number]) => ({ name: other, port: number, target: number })),
    ];

    new k8s.ServiceAccount(this, 'ServiceAccount', { metadata: { name: offer.serviceAccount, namespace } });
    new k8s.Service(this, 'Service', {
      metadata: { name, namespace, labels },
      spec: {
        selector: labels,
        ports: ports.map((one) => ({
          name: one.name,
          port: one.port,
          targetPort: k8s.IntOrString.fromNumber(one.target),
          protocol: 'TCP',
        })),
      },
    });
    new k8s.Deployment(this, 'Resource', {
      metadata: { name: `${name}-${version}`, namespace, labels: { ...labels, version } },
      spec: {
        replicas,
        selector: { matchLabels: { ...labels, version } },
        template: {
          metadata: { labels: { ...labels, version } },
          spec: {
            serviceAccountName: offer.serviceAccount,
            containers: [
              {
                name: 'helloworld',
                image: `docker.io/istio/examples-helloworld-${version}:1.0`,
                // the image's own command listens on 5000
                command: [
                  'gunicorn',
                  ...ports.flatMap(({ target }) => ['-b', `0.0.0.0:${target}`]),
                  ...['app:app', '-k', 'gevent'],
                ],
                ports: ports.map((one) => ({
                  name: one.name,
                  containerPort: one.target,
                  protocol: 'TCP',
                })),
                resources: { requests: { cpu: k8s.Quantity.fromString('100m') } },
              },
            ],
          },
        },
      },
    });
  }
}
