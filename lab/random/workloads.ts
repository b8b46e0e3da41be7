import { ApiObject, type Chart } from 'cdk8s';
import type { Offer } from '../../lib';
import { lowerOffer } from '../../lib/offers/kinds';
import type { OfferSpec } from './fleet-spec';

/** The pods that an offer of a random fleet promises, with their Services. */
export function addWorkload(chart: Chart, id: string, offer: Offer, spec: OfferSpec): void {
  const { namespace, name } = offer;
  const add = (kind: string, apiVersion: string, own: string, body: object) =>
    new ApiObject(chart, `${id}-${kind}-${own}`, {
      ...{ apiVersion, kind, metadata: { name: own, namespace } },
      ...body,
    });
  const labels = podLabels(offer, spec);
  const ports = [
    {
      name: servicePortName(offer),
      port: offer.port,
      targetPort: lowerOffer(offer).targetPort,
      protocol: 'TCP',
    },
    ...Object.entries(spec.otherPorts ?? {}).map(([other, port]) => ({
      ...{ name: other, port, targetPort: port, protocol: 'TCP' },
    })),
  ];
  const hasAccount = chart.node.tryFindChild(accountId(offer)) !== undefined;
  // Kubernetes makes the account `default`
  if (offer.serviceAccount !== 'default' && !hasAccount) {
    new ApiObject(chart, accountId(offer), {
      ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: offer.serviceAccount, namespace } },
    });
  }
  const template = {
    metadata: { labels },
    spec: {
      serviceAccountName: offer.serviceAccount,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'web',
          image: 'docker.io/istio/examples-helloworld-v1:1.0',
          ports: ports.map((port) => ({
            ...{ containerPort: port.targetPort, protocol: 'TCP' },
          })),
        },
      ],
    },
  };
  const selector = { matchLabels: labels };
  if (spec.kind !== 'statefulSet') {
    add('Deployment', 'apps/v1', name, { spec: { replicas: spec.pods ?? 1, selector, template } });
    if (spec.kind === 'service') add('Service', 'v1', name, { spec: { selector: labels, ports } });
    return;
  }
  const { replicas, naming, service = name } = spec.props;
  add('Service', 'v1', service, { spec: { clusterIP: 'None', selector: labels, ports } });
  add('StatefulSet', 'apps/v1', name, {
    spec: { serviceName: service, replicas, selector, template },
  });
  if (naming?.kind !== 'servicePerPod') return;
  for (const { pod, labels: ofPod } of lowerOffer(offer).hosts)
    add('Service', 'v1', pod ?? '', { spec: { selector: ofPod, ports } });
}

/** Labels of all pods of the offer: those that it names, and others where it names none. */
function podLabels({ name }: Offer, { props }: OfferSpec): { readonly [key: string]: string } {
  return { app: name, version: 'v1', ...props.podLabels };
}

/**
 * Istio reads the protocol of a Service's port from its name.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
function servicePortName({ protocol, portName }: Offer): string {
  const isNamed = portName === protocol || portName.startsWith(`${protocol}-`);
  return isNamed ? portName : `${protocol}-${portName}`;
}

function accountId({ namespace, serviceAccount }: Offer): string {
  return `account-${namespace}-${serviceAccount}`;
}
