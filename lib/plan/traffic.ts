import type { RemoteEndpoint } from '../mesh/cross-cluster-service-entry';
import type { Cluster } from '../model/cluster';
import type { Offer } from '../model/offer';
import { type OfferedHost, type OfferPlan, takes } from '../offers/offer-plan';
import { spiffeIdentity } from '../rules/identity';
import type { TrafficPlan } from './cluster-plan';
import { item } from './item';
import type { CalledOffer, Mesh } from './mesh';
import { validated } from './validated';

/**
 * Both halves of the offers that touch a cluster and its remote clusters: what they let others dial, and what their pods may
 * dial elsewhere. Istio's objects are where the istiod is that reads them.
 */
export function planTraffic(mesh: Mesh, cluster: Cluster): TrafficPlan[] {
  const clusters = mesh.dataPlaneClustersOf(cluster);
  const offered = clusters.flatMap((one) => mesh.partOf(one).offered.map((plan) => offeredSide(mesh, plan)));
  // callers of several clusters with one istiod share what is in their namespace
  const written = new Set<string>();
  const called = clusters.flatMap((one) =>
    mesh.partOf(one).called.flatMap((call) => {
      const { offer } = call.plan;
      const namespaces = [...new Set(call.from.callers.map(({ name }) => name))];
      return namespaces.flatMap((namespace) => {
        const id = `from-${offer.from.name}.${offer.namespace}.${offer.name}.in-${namespace}`;
        if (written.has(id)) return [];
        written.add(id);
        return callersSide(mesh, call, namespace, id);
      });
    }),
  );
  return [...offered, ...called].filter((one) => Object.values(one).some((objects) => objects.length > 0));
}

/** What the gateway of the offering cluster must know. */
function offeredSide({ fleet }: Mesh, plan: OfferPlan): TrafficPlan {
  const { offer, discovered } = plan;
  const { namespace, name, from, idleTimeoutSeconds } = offer;
  const id = `offered-${from.name}.${namespace}.${name}`;
  const entries = takes(plan, 'eastWestGateway') ? plan.gatewayEntries : [];
  return {
    rules: discovered
      ? [
          item(`${id}.rule`, {
            ...{ ...discovered, idleTimeoutSeconds, namespace },
            name: `${name}.${from.name}`,
            exportTo: [fleet.istioNamespace],
          }),
        ]
      : [],
    partitionedHosts: [],
    gatewayEntries: entries.map((host) =>
      item(`${id}.${host.name}`, {
        ...portOf(offer),
        ...{ idleTimeoutSeconds, namespace },
        name: host.name,
        host: host.sourceHost,
        podLabels: host.labels,
        gatewayNamespace: fleet.istioNamespace,
      }),
    ),
    callerEntries: [],
  };
}

/** What the proxies of one namespace of the callers must know. */
function callersSide(mesh: Mesh, call: CalledOffer, namespace: string, id: string): TrafficPlan {
  const { offer, discovered, callerEntries, partitionedHosts } = call.plan;
  const { idleTimeoutSeconds, from } = offer;
  const ruleName = `${offer.name}.${offer.namespace}.${from.name}`;
  return {
    rules: discovered
      ? [item(`${id}.rule`, { ...discovered, idleTimeoutSeconds, namespace, name: ruleName })]
      : [],
    partitionedHosts: partitionedHosts.map(({ name, subset, sourceHost, consumerHost }) =>
      item(`${id}.${name}`, {
        ...portOf(offer),
        ...{ host: consumerHost, service: sourceHost, clusterName: subset, namespace },
      }),
    ),
    gatewayEntries: [],
    callerEntries: callerEntries.map((host, index) =>
      item(`${id}.${host.name}`, {
        ...portOf(offer),
        ...{ idleTimeoutSeconds, namespace },
        name: `${host.name}.${offer.namespace}.${from.name}`,
        host: host.consumerHost,
        address: host.address,
        endpoints: endpoints(mesh, call, index),
        ...mutualTls(mesh, offer, host),
      }),
    ),
  };
}

/** Whom the callers' proxies require, and by which SNI they ask for it. */
function mutualTls(mesh: Mesh, offer: Offer, { consumerHost, sourceHost, sni }: OfferedHost) {
  if (!offer.via.mutualTls) return { mutualTls: false };
  const { from, namespace, serviceAccount } = offer;
  return {
    mutualTls: true,
    serverIdentity: spiffeIdentity(mesh.trustDomainOf(from), namespace, serviceAccount),
    sourceSni: consumerHost === sourceHost ? undefined : sni,
  };
}

/** Where an offer's host is dialled from another cluster. */
function endpoints({ partOf }: Mesh, { plan, from }: CalledOffer, index: number): RemoteEndpoint[] {
  const { name, gatewayAddress, gatewayPort, nodeAddresses } = plan.offer.from;
  if (from.path !== 'nodePort')
    return [{ address: validated(gatewayAddress, `gatewayAddress for ${name}`), port: gatewayPort }];
  const port = validated(partOf(plan.offer.from).nodePorts.get(plan)?.[index], `node port in ${name}`);
  return nodeAddresses.map((address) => ({ address, port }));
}

function portOf({ port, portName, protocol }: Offer) {
  return { port, portName, protocol };
}
