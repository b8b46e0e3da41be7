import { CaSource, Cluster, ControlPlane, Fleet, FleetManifests, Offer, Protocol, Stage } from '../../lib';
import { outputBeside } from '../output';
import { Helloworld } from '../workloads/helloworld';

const production = new Cluster({
  name: 'production',
  network: 'network1',
  gatewayAddress: '203.0.113.10',
  apiServer: 'https://203.0.113.11:6443',
  // cert-manager signs istiod's certificate, and renews it, with an authority under the root that staging's leads to too
  ca: CaSource.certManager({ issuerName: 'istio-ca', caSecretName: 'istio-issuing-ca' }),
});
const staging = new Cluster({
  name: 'staging',
  network: 'network2',
  gatewayAddress: '203.0.113.20',
  apiServer: 'https://203.0.113.21:6443',
});
export const fleet = new Fleet({
  meshId: 'mesh1',
  clusters: [production, staging],
  discovery: true,
  controlPlane: ControlPlane.sail(),
});

// what must not break when a control plane does: static entries, which outlive remote secrets and API servers
fleet.database({
  name: 'pxc-primary',
  source: production.namespace('pxc'),
  // not `pxc`: an istiod that reads both clusters keeps one of two pods of one namespace and name
  replicas: [staging.namespace('pxc-dr')],
  channel: 'production_to_staging',
  // one operator of the cluster's, which watches the databases' namespaces
  operatorNamespace: 'pxc-operator',
  host: 'pxc-primary.production.global',
});

// what comes and goes: found by discovery
const helloworld = fleet.offer(
  Offer.service({
    from: production,
    namespace: 'demo',
    name: 'helloworld',
    podLabels: { app: 'helloworld' },
    port: 5000,
    protocol: Protocol.HTTP,
    serviceAccount: 'helloworld',
    to: [staging.namespace('demo')],
  }),
);

const manifests = new FleetManifests(fleet);
new Helloworld(manifests.chart(production, Stage.WORKLOADS), 'helloworld', helloworld, 2);
manifests.write(outputBeside(__dirname));
