import { Cluster, ControlPlane, Fleet, FleetManifests, NetworkPath, Offer, Protocol, Stage } from '../../lib';
import { outputBeside } from '../output';
import { Curl } from '../workloads/curl';
import { HelloServer } from '../workloads/hello-server';

// two clusters on one network, whose nodes reach one another: a VPN, a VPC peering
const clusterA = new Cluster({
  name: 'cluster-a',
  network: 'wan',
  nodeAddresses: ['172.21.0.2', '172.21.0.3'],
});
const clusterB = new Cluster({ name: 'cluster-b', network: 'wan' });
export const fleet = new Fleet({
  meshId: 'mesh1',
  clusters: [clusterA, clusterB],
  controlPlane: ControlPlane.k3s(),
});

// hello-0 at every node's port 30080, hello-1 at 30081, hello-2 at 30082
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
    via: NetworkPath.nodePort(),
  }),
);

// pods 0 to 2 at 30306 and on, with the mesh's mutual TLS from proxy to proxy
fleet.database({
  name: 'pxc-cluster',
  source: clusterA.namespace('pxc'),
  replicas: [clusterB.namespace('pxc-dr')],
  via: NetworkPath.nodePort(),
});

// a source that is not in the mesh: its bytes are as MySQL sends them, and anyone who reaches the nodes may dial
fleet.database({
  name: 'legacy',
  source: clusterA.namespace('legacy'),
  replicas: [clusterB.namespace('legacy-dr')],
  via: NetworkPath.nodePort({ firstNodePort: 31306, mutualTls: false }),
});

const manifests = new FleetManifests(fleet);
new HelloServer(manifests.chart(clusterA, Stage.WORKLOADS), 'hello', hello);
new Curl(manifests.chart(clusterB, Stage.WORKLOADS), 'curl', clusterB.namespace('demo-dr'));
manifests.write(outputBeside(__dirname));
