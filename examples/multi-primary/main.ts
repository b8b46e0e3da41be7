import {
  Cluster,
  type ClusterNamespace,
  ControlPlane,
  Fleet,
  FleetManifests,
  Offer,
  Protocol,
  Stage,
} from '../../lib';
import { outputBeside } from '../output';
import { Helloworld } from '../workloads/helloworld';

// two datacenters: an istiod and an east-west gateway in each, and each istiod reads the other cluster
// where both datacenters' packets come from, as the gateways' pods see it
const gateway = { externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['198.51.100.0/24'] };
const clusterA = new Cluster({
  name: 'cluster-a',
  network: 'network1',
  gatewayAddress: '203.0.113.10',
  apiServer: 'https://203.0.113.11:6443',
  gateway,
});
const clusterB = new Cluster({
  name: 'cluster-b',
  network: 'network2',
  gatewayAddress: '203.0.113.20',
  apiServer: 'https://203.0.113.21:6443',
  gateway,
  // its pods dial helloworld in cluster-a, and nothing else
  registryOnlyNamespaces: ['demo-dr'],
});
export const fleet = new Fleet({
  meshId: 'mesh1',
  clusters: [clusterA, clusterB],
  discovery: true,
  controlPlane: ControlPlane.helmfile(),
});

// a Service under its usual name, balanced over its pods wherever it is dialled from; the same the other way round
const helloworld = (from: ClusterNamespace, to: ClusterNamespace, name: string) =>
  fleet.offer(
    Offer.service({
      from: from.cluster,
      namespace: from.name,
      name,
      podLabels: { app: name },
      // the Service's port, and the container's behind it, which policies go by
      port: 80,
      targetPort: 5000,
      protocol: Protocol.HTTP,
      serviceAccount: name,
      to: [to],
    }),
  );
const demo = clusterA.namespace('demo');
const demoDr = clusterB.namespace('demo-dr');
const there = helloworld(demo, demoDr, 'helloworld');
const back = helloworld(demoDr, demo, 'helloworld-dr');

// a database's pods have no Service that could be discovered: they are named one by one, as everywhere
fleet.database({
  name: 'db',
  source: clusterA.namespace('wookie'),
  replicas: [clusterB.namespace('wookie-dr')],
  channel: 'a_to_b',
  // beside the database's own namespaces, nobody else connects to it
  clients: [demo],
});

const manifests = new FleetManifests(fleet);
// ports that the Services have beside the offered one: closed to the other cluster
const otherPorts = { 'http-metrics': 9102, 'http-admin': 9901 };
new Helloworld(manifests.chart(clusterA, Stage.WORKLOADS), 'helloworld', there, 3, 'v1', otherPorts);
new Helloworld(manifests.chart(clusterB, Stage.WORKLOADS), 'helloworld', back, 2, 'v1', otherPorts);
manifests.write(outputBeside(__dirname));
