import { Cluster, Fleet, FleetManifests, Offer, Protocol, Stage } from '../../lib';
import { outputBeside } from '../output';
import { Helloworld } from '../workloads/helloworld';

// one mesh over three clusters, two of which have a network in common: istiods read all of them
const cluster = (name: string, network: string, site: number) =>
  new Cluster({
    name,
    network,
    gatewayAddress: `203.0.113.${site}0`,
    apiServer: `https://203.0.113.${site}1:6443`,
  });
const clusters = [
  cluster('cluster-a', 'network1', 1),
  cluster('cluster-b', 'network1', 2),
  cluster('cluster-c', 'network2', 3),
];
export const fleet = new Fleet({ meshId: 'mesh1', clusters, discovery: true });

// Services of the same names everywhere: the mesh balances over all of them, and each has a name of its own beside that
for (const from of clusters) {
  const others = clusters.filter((other) => other !== from);
  for (const [name, protocol] of Object.entries({
    helloworld: Protocol.HTTP,
    'pxc-cluster-haproxy': Protocol.TCP,
  })) {
    fleet.offer(
      Offer.service({
        from,
        namespace: 'pxc',
        name,
        podLabels: { app: name },
        port: protocol === Protocol.HTTP ? 5000 : 3306,
        protocol,
        serviceAccount: name,
        to: others.map((other) => other.namespace('pxc')),
        clusterHost: `${name}.pxc.svc.${from.name}.global`,
      }),
    );
  }
}

const manifests = new FleetManifests(fleet);
for (const offer of fleet.offers) {
  new Helloworld(manifests.chart(offer.from, Stage.WORKLOADS), offer.name, offer, 1);
}
manifests.write(outputBeside(__dirname));
