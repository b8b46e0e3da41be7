import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';
import type { Offer } from '../fleet/offer';
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
      hosts: sourceHosts(fleet.offersThroughGateway(cluster)),
    });
  }
}

function sourceHosts(offers: readonly Offer[]): string[] {
  // a Service may have two names, of which the gateway knows one
  return [...new Set(offers.flatMap(({ hosts }) => hosts.map(({ sourceHost }) => sourceHost)))];
}
