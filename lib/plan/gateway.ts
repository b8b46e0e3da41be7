import { isIP } from 'node:net';
import type { Cluster } from '../model/cluster';
import { takes } from '../offers/offer-plan';
import type { GatewayPlan } from './cluster-plan';
import { item } from './item';
import type { Mesh } from './mesh';

/** The way in, with the offered hosts; only where a cluster offers something through it, or where remote clusters need its istiod. */
export function planGateway(mesh: Mesh, cluster: Cluster): GatewayPlan {
  const isExposed = mesh.isExposed(cluster);
  const hosts = gatewayHosts(mesh, cluster);
  if (!isExposed && hosts.length === 0) return { gateways: [], istiods: [], remoteHosts: [] };
  const { network } = cluster;
  const { istioNamespace: namespace, revision } = mesh.fleet;
  const gateway = item('eastwest', {
    ...cluster.gateway,
    serviceAnnotations: serviceAnnotations(cluster),
    ...{ network, revision, namespace },
    exposesIstiod: isExposed,
    // the primary's istiod configures a remote cluster's gateway, and reads its hosts there
    hosts: cluster.primary || hosts.length === 0 ? undefined : hosts,
  });
  return {
    gateways: [gateway],
    istiods: isExposed ? [item('istiod', { network, revision, namespace })] : [],
    remoteHosts: mesh.dataPlaneClustersOf(cluster).flatMap((remote) => {
      const remoteHosts = gatewayHosts(mesh, remote);
      if (remote === cluster || remoteHosts.length === 0) return [];
      const name = `cross-network-gateway-${remote.name}`;
      return [item(`of-${remote.name}`, { name, network: remote.network, hosts: remoteHosts, namespace })];
    }),
  };
}

/** The hosts that a cluster's gateway forwards to. */
export function gatewayHosts({ partOf }: Mesh, cluster: Cluster): string[] {
  const through = partOf(cluster).offered.filter((plan) => takes(plan, 'eastWestGateway'));
  // callers may have two names for a Service, of which the gateway knows one
  return [...new Set(through.flatMap(({ hosts }) => hosts.map(({ sourceHost }) => sourceHost)))];
}

/** MetalLB gives the address that is asked for. https://metallb.universe.tf/usage/#requesting-specific-ips */
function serviceAnnotations({ gateway, addressPool, gatewayAddress }: Cluster) {
  if (!addressPool || !gatewayAddress || isIP(gatewayAddress) === 0) return gateway.serviceAnnotations;
  return { 'metallb.io/loadBalancerIPs': gatewayAddress, ...gateway.serviceAnnotations };
}
