import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import { EastWestGateway } from '../mesh/east-west-gateway';
import { Stage } from './stage';

/** The way in, with the offered hosts; only in clusters that offer something through it. */
export class GatewayChart extends Chart {
  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.GATEWAY, { namespace: fleet.istioNamespace });
    new EastWestGateway(this, 'eastwest', {
      ...cluster.gateway,
      network: cluster.network,
      revision: fleet.revision,
      hosts: fleet
        .offersThroughGateway(cluster)
        .flatMap(({ hosts }) => hosts.map(({ sourceHost }) => sourceHost)),
    });
  }
}
