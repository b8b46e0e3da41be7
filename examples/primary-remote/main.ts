import {
  Cluster,
  ControlPlane,
  Fleet,
  FleetManifests,
  IngressGateway,
  IngressRoute,
  Offer,
  Protocol,
  Stage,
} from '../../lib';
import { outputBeside } from '../output';
import { Curl } from '../workloads/curl';
import { Helloworld } from '../workloads/helloworld';
import { Nginx } from '../workloads/nginx';

// one istiod for two clusters, on two networks of which only the load balancers' addresses are in common
const cluster1 = new Cluster({
  name: 'cluster1',
  network: 'network1',
  addressPool: ['10.89.1.200-10.89.1.220'],
  gatewayAddress: '10.89.1.200',
});
const cluster2 = new Cluster({
  name: 'cluster2',
  network: 'network2',
  primary: cluster1,
  addressPool: ['10.89.1.221-10.89.1.240'],
  gatewayAddress: '10.89.1.221',
  apiServer: 'https://10.89.1.12:6443',
});
export const fleet = new Fleet({
  meshId: 'mesh1',
  clusters: [cluster1, cluster2],
  controlPlane: ControlPlane.flux(),
});

const here = cluster1.namespace('sample');
const there = cluster2.namespace('sample');
const ingress = cluster1.namespace('istio-ingress');
const service = { namespace: 'sample', port: 5000, protocol: Protocol.HTTP };

// one Service, a version in each cluster: whoever dials it gets either
const helloworld = {
  ...service,
  name: 'helloworld',
  podLabels: { app: 'helloworld' },
  serviceAccount: 'helloworld',
};
const v1 = fleet.offer(
  Offer.service({ ...helloworld, from: cluster1, localNamespaces: [ingress.name], to: [there] }),
);
const v2 = fleet.offer(Offer.service({ ...helloworld, from: cluster2, to: [here, ingress] }));

// a Service of the remote cluster alone
const nginx = fleet.offer(
  Offer.service({
    ...service,
    from: cluster2,
    name: 'nginx',
    podLabels: { app: 'nginx' },
    port: 8080,
    serviceAccount: 'nginx',
    to: [here, ingress],
  }),
);

const manifests = new FleetManifests(fleet);
const [chart1, chart2] = [cluster1, cluster2].map((cluster) => manifests.chart(cluster, Stage.WORKLOADS));
if (!chart1 || !chart2) throw new Error('two clusters have two charts');
new Helloworld(chart1, 'helloworld', v1, 1, 'v1');
new Helloworld(chart2, 'helloworld', v2, 1, 'v2');
new Nginx(chart2, 'nginx', nginx);
new Curl(chart1, 'curl', here);
new Curl(chart2, 'curl', there);

// for browsers: http://helloworld.localhost:30080, whichever cluster answers
const gateway = new IngressGateway(chart1, 'ingress', {
  namespace: ingress.name,
  serviceType: 'NodePort',
  httpNodePort: 30080,
  httpsNodePort: 30443,
});
for (const { name, namespace, port } of [v1, nginx]) {
  new IngressRoute(chart1, `${name}-route`, {
    gateway,
    namespace: ingress.name,
    host: `${name}.localhost`,
    service: `${name}.${namespace}.svc.cluster.local`,
    port,
  });
}
manifests.write(outputBeside(__dirname));
