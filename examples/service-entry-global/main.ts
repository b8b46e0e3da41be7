import { Cluster, ControlPlane, Fleet, FleetManifests, Offer, Protocol, Stage } from '../../lib';
import { outputBeside } from '../output';
import { HelloServer } from '../workloads/hello-server';

// cluster-b is written; cluster-a is on its network, cluster-c is not
const clusterB = new Cluster({
  name: 'cluster-b',
  network: 'wan',
  nodeAddresses: ['172.19.0.2', '172.19.0.3', '172.19.0.4'],
  gatewayAddress: '203.0.113.20',
});
const clusterA = new Cluster({ name: 'cluster-a', network: 'wan' });
const clusterC = new Cluster({ name: 'cluster-c', network: 'elsewhere' });
export const fleet = new Fleet({
  meshId: 'mesh1',
  clusters: [clusterA, clusterB, clusterC],
  controlPlane: ControlPlane.argoCd(),
});

// one name for the whole group and the same namespace everywhere: cluster-a dials cluster-b's nodes, cluster-c its gateway
fleet.database({
  name: 'pxc-cluster',
  source: clusterB.namespace('pxc'),
  replicas: [clusterA.namespace('pxc'), clusterC.namespace('pxc')],
  host: 'pxc-cluster.cluster-b.global',
  address: '240.0.0.10',
  channel: 'cluster_b_source',
});

// a second group, whose address istiod chooses
const hello = fleet.offer(
  Offer.group({
    from: clusterB,
    namespace: 'demo',
    name: 'hello',
    podLabels: { app: 'hello' },
    host: 'hello.cluster-b.global',
    port: 8080,
    protocol: Protocol.HTTP,
    serviceAccount: 'hello',
    to: [clusterA.namespace('demo'), clusterC.namespace('demo')],
  }),
);

const manifests = new FleetManifests(fleet);
new HelloServer(manifests.chart(clusterB, Stage.WORKLOADS), 'hello', hello, 3);
manifests.write(outputBeside(__dirname));
