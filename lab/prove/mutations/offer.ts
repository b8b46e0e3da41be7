import type { ClusterNamespace } from '../../../lib/model/cluster';
import type { Offer } from '../../../lib/model/offer';
import { Protocol } from '../../../lib/model/protocol';
import { type OfferedHost, type OfferPlan, pathFrom } from '../../../lib/offers/offer-plan';
import type { Manifest } from '../manifests';
import type { PlannedObjects } from '../planned-objects';
import type { ObjectChange } from './objects';

/** Every object of dist, or field of one, without which a caller must not reach an offered host. */
export function offerChanges(
  planned: PlannedObjects,
  plan: OfferPlan,
  host: OfferedHost,
  caller: ClusterNamespace,
): ObjectChange[] {
  const { offer } = plan;
  // istiod discovers both sides: there are no entries
  if (plan.discovered) {
    const direct = pathFrom(plan, caller.cluster) === 'direct';
    return [
      ...(host.subset ? partitionChanges(planned, offer, host, caller, !direct) : []),
      ...(direct ? [] : gatewayChanges(planned, offer, host)),
    ];
  }
  const entry = planned.consumerEntry(host, caller);
  return [
    ...consumerChanges(entry, offer, host, caller),
    ...(pathFrom(plan, caller.cluster) === 'nodePort'
      ? nodePortChanges(planned, entry, plan, host, caller)
      : gatewayChanges(planned, offer, host)),
  ];
}

/** What gives one cluster's part of a Service a name of its own. */
function partitionChanges(
  planned: PlannedObjects,
  offer: Offer,
  host: OfferedHost,
  caller: ClusterNamespace,
  throughGateway: boolean,
): ObjectChange[] {
  const cluster = caller.cluster.primaryCluster.name;
  const deleted = (name: string, at: string, original: readonly Manifest[]): ObjectChange => ({
    name,
    cluster: at,
    original,
    changed: [],
  });
  return [
    deleted('no ServiceEntry for the one cluster’s host', cluster, [
      planned.partitionObject('ServiceEntry', host, caller),
    ]),
    deleted('no VirtualService to the one cluster', cluster, [
      planned.partitionObject('VirtualService', host, caller),
    ]),
    ...(throughGateway
      ? [
          deleted(
            'no subsets at the gateway',
            offer.from.primaryCluster.name,
            planned.gatewaySubsets(offer, host),
          ),
        ]
      : []),
  ];
}

/** Fields of the consumer's entry, for every network path. */
function consumerChanges(
  entry: Manifest,
  offer: Offer,
  host: OfferedHost,
  { cluster }: ClusterNamespace,
): ObjectChange[] {
  const changed = (name: string, change: EndpointChange): ObjectChange => ({
    name,
    cluster: cluster.primaryCluster.name,
    original: [entry],
    changed: [withEndpoints(entry, change)],
  });
  return [
    // where the name is an alias of another, the DestinationRule requires mutual TLS by itself
    ...(offer.via.mutualTls && !isRewritten(host)
      ? [changed('no tlsMode label on the endpoints', () => ({ labels: undefined }))]
      : []),
    changed('another port name at the endpoints', ([name, port]) => ({ ports: { [`${name}-x`]: port } })),
    changed('a wrong port at the endpoints', ([name, port]) => ({
      ports: { [name]: port === 65535 ? 1 : port + 1000 },
    })),
  ];
}

function gatewayChanges(planned: PlannedObjects, offer: Offer, host: OfferedHost): ObjectChange[] {
  const cluster = offer.from.primaryCluster.name;
  const source = planned.sourceEntry(offer, host);
  const gateway = planned.gatewayOf(offer, host);
  const policy = planned.offeredNetworkPolicy(offer, host);
  const [server] = gateway.spec.servers;
  const hosts = server.hosts.filter((one: string) => one !== host.sourceHost);
  return [
    ...(source
      ? [
          { cluster, name: 'no source-side ServiceEntry', original: [source], changed: [] },
          {
            cluster,
            name: 'MESH_EXTERNAL in the source-side ServiceEntry',
            original: [source],
            changed: [withSpec(source, { location: 'MESH_EXTERNAL' })],
          },
        ]
      : []),
    {
      cluster,
      name: 'the host missing in the Gateway',
      original: [gateway],
      // a Gateway must have a host
      changed: hosts.length > 0 ? [withSpec(gateway, { servers: [{ ...server, hosts }] })] : [],
    },
    ...sourceRangeChanges(planned, offer),
    ...(policy
      ? [
          {
            name: 'no NetworkPolicy that lets the gateway in',
            cluster: offer.from.name,
            original: [policy],
            changed: [],
          },
        ]
      : []),
  ];
}

/** An address that no packet comes from. */
const NO_SOURCE = '0.0.0.0/32';

/** The callers' addresses are not those that the gateway's NetworkPolicy names. */
function sourceRangeChanges(planned: PlannedObjects, { from }: Offer): ObjectChange[] {
  const policy = planned.gatewayNetworkPolicy(from);
  if (!policy) return [];
  const [first, ...rest] = policy.spec.ingress;
  const elsewhere = { ...first, from: [{ ipBlock: { cidr: NO_SOURCE } }] };
  return [
    {
      name: 'other source addresses in the gateway’s NetworkPolicy',
      cluster: from.name,
      original: [policy],
      changed: [withSpec(policy, { ingress: [elsewhere, ...rest] })],
    },
  ];
}

function nodePortChanges(
  planned: PlannedObjects,
  entry: Manifest,
  { offer, hosts }: OfferPlan,
  host: OfferedHost,
  caller: ClusterNamespace,
): ObjectChange[] {
  const cluster = caller.cluster.primaryCluster.name;
  const addresses = [offer.from.nodeAddresses[0] as string];
  const external = { location: 'MESH_EXTERNAL', addresses, subjectAltNames: undefined };
  const ownPort = withEndpoints(entry, ([name]) => ({ ports: { [name]: offer.port } }));
  const common: ObjectChange[] = [
    {
      name: 'no NodePort Service',
      cluster: offer.from.name,
      original: [planned.nodePortService(offer, host)],
      changed: [],
    },
    { name: 'the pod’s own port at the nodes’ addresses', cluster, original: [entry], changed: [ownPort] },
  ];
  if (offer.via.mutualTls) {
    // where the name is an alias of another, the DestinationRule requires mutual TLS whatever the entry says
    if (isRewritten(host)) return common;
    const plain = withSpec(
      withEndpoints(entry, () => ({ labels: undefined })),
      external,
    );
    const name = 'MESH_EXTERNAL with the node’s address';
    return [...common, { name, cluster, original: [entry], changed: [plain], isRecreated: true }];
  }
  // HTTP would still tell the pods apart by its Host header
  if (hosts.length < 2 || offer.protocol !== Protocol.TCP) return common;
  const entries = hosts.map((one) => planned.consumerEntry(one, caller));
  return [
    ...common,
    {
      name: 'the node’s address for every host',
      cluster,
      original: entries,
      changed: entries.map((one) => withSpec(one, external)),
      isRecreated: true,
    },
  ];
}

function isRewritten({ consumerHost, sourceHost }: OfferedHost): boolean {
  return consumerHost !== sourceHost;
}

type EndpointChange = (port: [name: string, port: number]) => object;

function withEndpoints(entry: Manifest, change: EndpointChange): Manifest {
  const endpoints = entry.spec.endpoints.map((endpoint: { ports: Record<string, number> }) => ({
    ...endpoint,
    ...change(Object.entries(endpoint.ports)[0] as [string, number]),
  }));
  return withSpec(entry, { endpoints });
}

function withSpec(manifest: Manifest, change: object): Manifest {
  return { ...manifest, spec: { ...manifest.spec, ...change } };
}
