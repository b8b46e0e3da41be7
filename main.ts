import { Curl } from './examples/workloads/curl';
import { HelloServer } from './examples/workloads/hello-server';
import { Cluster, Fleet, FleetManifests, Naming, Offer, Protocol, Stage } from './lib';

// the facts: two isolated clusters, one mesh
const clusterA = new Cluster({ name: 'cluster-a', network: 'network1', gatewayAddress: '203.0.113.10' });
const clusterB = new Cluster({ name: 'cluster-b', network: 'network2' });
export const fleet = new Fleet({ meshId: 'mesh1', clusters: [clusterA, clusterB] });

// what cluster-a lets others dial, and who may
const hello = fleet.offer(
  Offer.statefulSet({
    from: clusterA,
    namespace: 'demo',
    name: 'hello',
    replicas: 3,
    port: 8080,
    protocol: Protocol.HTTP,
    serviceAccount: 'hello',
    podLabels: { app: 'hello' },
    to: [clusterB.namespace('demo-dr')],
  }),
);

// one database, written in cluster-a, followed in cluster-b under the pods' own names
fleet.database({
  name: 'db',
  source: clusterA.namespace('wookie'),
  replicas: [clusterB.namespace('wookie-dr')],
  size: 3,
  naming: Naming.podHostname(),
  channel: 'a_to_b',
});

// the fleet's charts, with something to offer and somewhere to call it from
const manifests = new FleetManifests(fleet);
new HelloServer(manifests.chart(clusterA, Stage.WORKLOADS), 'hello', hello);
new Curl(manifests.chart(clusterB, Stage.WORKLOADS), 'curl', clusterB.namespace('demo-dr'));
manifests.write();
