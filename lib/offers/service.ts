import type { Cluster } from '../model/cluster';
import type { NetworkPathKind } from '../model/network-path';
import type { Offer } from '../model/offer';
import { type ServiceOfferProps, serviceOfferRules } from '../model/offer-props';
import { checkValue } from '../rules/rules';
import { passthroughSni, serviceHost } from '../well-known/dns';
import { callersByCluster } from './callers';
import type { OfferKind } from './kind';
import type { HostClaim, OfferedHost } from './offer-plan';

/**
 * Offer.service: a Kubernetes Service under its own host, which callers' istiods discover. Services of one name in two clusters
 * are one Service to the mesh, so that their host may be offered by both.
 */
export const service: OfferKind<ServiceOfferProps> = {
  rules: serviceOfferRules,
  isReadable: ({ localNamespaces }) =>
    checkValue('', localNamespaces, serviceOfferRules.localNamespaces).length === 0,
  lower: (offer, { podLabels, targetPort, localNamespaces = [], clusterHost }) => {
    const host = serviceHost(offer.name, offer.namespace);
    const ofAllClusters: OfferedHost = {
      ...{ name: offer.name, sourceHost: host, consumerHost: host, localHost: host },
      sni: passthroughSni(offer.port, host),
      labels: podLabels,
    };
    const partitioned = clusterHost ? [ofThisCluster(offer, host, podLabels, clusterHost)] : [];
    const locals = [...new Set([offer.namespace, ...localNamespaces])];
    return {
      offer,
      targetPort: targetPort ?? offer.port,
      hosts: [ofAllClusters, ...partitioned],
      workloads: [{ name: offer.name, labels: podLabels, serviceHosts: [host] }],
      callers: callersByCluster(offer, (cluster) => discoveredPath(offer, cluster)),
      localNamespaces: locals,
      // callers inside the cluster use the same SNI as remote ones
      namedLocalNamespaces: locals,
      gatewayEntries: [],
      callerEntries: [],
      discovered: { host, subsets: partitioned.map(({ subset }) => subset) },
      partitionedHosts: partitioned,
      localNames: [],
      claims: [
        { host, where: 'offering cluster' },
        ...partitioned.map(({ consumerHost }): HostClaim => ({ host: consumerHost, where: 'callers' })),
      ],
    };
  },
};

/** istiod tells proxies the pods' own addresses on their network, and the gateway's for other networks. */
function discoveredPath({ from }: Offer, { network }: Cluster): NetworkPathKind {
  return network === from.network ? 'direct' : 'eastWestGateway';
}

/** The same Service without the same-named Services of other clusters: Istio knows them apart as subsets by cluster. */
function ofThisCluster(
  { name, from, port }: Offer,
  sourceHost: string,
  labels: { [key: string]: string },
  consumerHost: string,
) {
  const subset = from.name;
  return {
    ...{ name: `${name}-${subset}`, sourceHost, consumerHost, labels, subset },
    sni: passthroughSni(port, sourceHost, subset),
  };
}
