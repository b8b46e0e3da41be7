import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { NodePortService } from '../mesh/node-port-service';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { Stage } from '../model/stage';

/** The ports of the nodes that lead to what a cluster offers by them. */
export class NodePortsChart extends Chart {
  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.NODE_PORTS);
    for (const offer of fleet.offersFrom(cluster)) {
      const scope = new Construct(this, `offered-${offer.namespace}.${offer.name}`);
      for (const [index, nodePort] of fleet.nodePortsOf(offer).entries()) {
        const host = offer.hosts[index];
        if (!host) continue;
        const name = `${host.name}-nodeport`;
        new NodePortService(scope, name, {
          name,
          namespace: offer.namespace,
          podLabels: host.labels,
          port: offer.port,
          portName: offer.portName,
          protocol: offer.protocol,
          nodePort,
        });
      }
    }
  }
}
