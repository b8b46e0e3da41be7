import { isIP } from 'node:net';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { CrossNetworkGateway } from '../mesh/cross-network-gateway';
import { EastWestGateway } from '../mesh/east-west-gateway';
import { IstiodGateway } from '../mesh/istiod-gateway';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { Stage } from '../model/stage';

/** The way in, with the offered hosts; only in clusters that offer something through it, or whose istiod others need. */
export class GatewayChart extends Chart {
  /** Whether a cluster has one. */
  public static isNeeded(fleet: Fleet, cluster: Cluster): boolean {
    return fleet.exposesIstiod(cluster) || fleet.offersThroughGateway(cluster).length > 0;
  }

  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.GATEWAY);
    const { network, primary, gateway } = cluster;
    const { revision, istioNamespace: namespace } = fleet;
    const exposesIstiod = fleet.exposesIstiod(cluster);
    const hosts = sourceHosts(fleet, cluster);
    new EastWestGateway(this, 'eastwest', {
      ...gateway,
      serviceAnnotations: serviceAnnotations(cluster),
      ...{ network, namespace, revision, exposesIstiod },
      hosts: primary || hosts.length === 0 ? undefined : hosts,
    });
    if (!exposesIstiod) return;
    new IstiodGateway(this, 'istiod', { network, namespace, revision });
    for (const remote of fleet.dataPlaneClustersOf(cluster)) {
      const hosts = sourceHosts(fleet, remote);
      if (remote === cluster || hosts.length === 0) continue;
      const name = `cross-network-gateway-${remote.name}`;
      new CrossNetworkGateway(this, `of-${remote.name}`, {
        name,
        namespace,
        network: remote.network,
        hosts,
      });
    }
  }
}

/** MetalLB gives the address that is asked for. https://metallb.universe.tf/usage/#requesting-specific-ips */
function serviceAnnotations({ gateway, addressPool, gatewayAddress }: Cluster) {
  if (!addressPool || !gatewayAddress || isIP(gatewayAddress) === 0) return gateway.serviceAnnotations;
  return { 'metallb.io/loadBalancerIPs': gatewayAddress, ...gateway.serviceAnnotations };
}

function sourceHosts(fleet: Fleet, cluster: Cluster): string[] {
  const hosts = fleet.offersThroughGateway(cluster).flatMap((offer) => offer.hosts);
  // a Service may have two names, of which the gateway knows one
  return [...new Set(hosts.map(({ sourceHost }) => sourceHost))];
}
