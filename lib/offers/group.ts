import { type GroupOfferProps, groupOfferRules } from '../model/offer-props';
import { passthroughSni } from '../well-known/dns';
import { callersByCluster, pathByVia } from './callers';
import type { OfferKind } from './kind';
import type { OfferedHost } from './offer-plan';

/** Offer.group: interchangeable pods under one host. */
export const group: OfferKind<GroupOfferProps> = {
  rules: groupOfferRules,
  isReadable: () => true,
  lower: (offer, { host, podLabels, address }) => {
    const sni = passthroughSni(offer.port, host);
    // The gateway knows the group by the callers' name for it, not by that of a Service: callers inside the cluster would ask for
    // the Service by the same SNI, and the policy could not tell them from remote ones.
    const offered: OfferedHost = {
      name: offer.name,
      sourceHost: host,
      consumerHost: host,
      sni,
      labels: podLabels,
      address,
    };
    return {
      offer,
      targetPort: offer.port,
      hosts: [offered],
      workloads: [{ name: offer.name, labels: podLabels, snis: [sni] }],
      callers: callersByCluster(offer, pathByVia(offer)),
      localNamespaces: [offer.namespace],
      namedLocalNamespaces: [],
      gatewayEntries: [offered],
      callerEntries: [offered],
      partitionedHosts: [],
      localNames: [],
      claims: [
        { host, where: 'offering cluster' },
        { host, where: 'callers' },
      ],
    };
  },
};
