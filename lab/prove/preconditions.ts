import type { Cluster, ClusterNamespace } from '../../lib/model/cluster';
import type { Offer } from '../../lib/model/offer';
import type { OfferedHost } from '../../lib/model/offer-kinds';
import { Protocol } from '../../lib/model/protocol';
import { GATEWAY_NAME } from '../../lib/well-known/gateway-names';
import { consumerManifests, type Manifest, manifests } from './offers';

/** A precondition that is taken away: objects as dist has them, and what is left of them. */
export interface Precondition {
  readonly name: string;
  readonly cluster: string;
  readonly original: readonly Manifest[];
  /** What of them stays, changed; the others are deleted. */
  readonly without: readonly Manifest[];
  /**
   * Whether the objects must be made anew to be whole again: istiod's allocator fails to give an address to an entry that had
   * been given some and lost them (its patch tests for a status that is not there any more).
   */
  readonly isLasting?: boolean;
}

/** Every precondition of an offered host that is an object of dist, or a field of one. */
export function preconditions(
  dist: string,
  offer: Offer,
  host: OfferedHost,
  caller: ClusterNamespace,
): Precondition[] {
  // both sides go by what istiod finds: there are no entries
  if (offer.isDiscovered) {
    const direct = offer.pathFrom(caller.cluster) === 'direct';
    return [
      ...(host.onlyCluster ? singleCluster(dist, offer, host, caller, !direct) : []),
      ...(direct ? [] : throughGateway(dist, offer, host)),
    ];
  }
  const entry = consumerEntry(dist, host, caller);
  return [
    ...atConsumer(entry, offer, host, caller),
    ...(offer.pathFrom(caller.cluster) === 'nodePort'
      ? byNodePort(dist, entry, offer, host, caller)
      : throughGateway(dist, offer, host)),
  ];
}

/** What gives one cluster's part of a Service a name of its own. */
function singleCluster(
  dist: string,
  offer: Offer,
  host: OfferedHost,
  { cluster, name: namespace }: ClusterNamespace,
  throughGateway: boolean,
): Precondition[] {
  const missing = (
    name: string,
    { primaryCluster: { name: at } }: Cluster,
    isPart: (manifest: Manifest) => boolean,
  ): Precondition => {
    const original = manifests(dist, at, '40-traffic').filter(isPart);
    if (original.length === 0) throw new Error(`dist has nothing to take away in ${at}: ${name}`);
    return { name, cluster: at, original, without: [] };
  };
  const ofName = (wanted: string) => (manifest: Manifest) =>
    manifest.kind === wanted &&
    manifest.metadata.namespace === namespace &&
    manifest.spec.hosts[0] === host.consumerHost;
  const subsets = ({ kind, metadata, spec }: Manifest) =>
    kind === 'DestinationRule' &&
    metadata.namespace === offer.namespace &&
    spec.host === host.sourceHost &&
    spec.exportTo[0] !== '.';
  return [
    missing('discovery alone', cluster, ofName('ServiceEntry')),
    missing('no route to the one cluster', cluster, ofName('VirtualService')),
    ...(throughGateway ? [missing('no subsets at the gateway', offer.from, subsets)] : []),
  ];
}

/** What the consumer's entry says, whatever way the packets take. */
function atConsumer(
  entry: Manifest,
  offer: Offer,
  host: OfferedHost,
  { cluster }: ClusterNamespace,
): Precondition[] {
  const changed = (name: string, change: EndpointChange): Precondition => ({
    name,
    cluster: cluster.primaryCluster.name,
    original: [entry],
    without: [withEndpoints(entry, change)],
  });
  return [
    // where the name is an alias of another, the DestinationRule asks for mutual TLS by itself
    ...(offer.isMeshed && !isRewritten(host)
      ? [changed('no tlsMode label', () => ({ labels: undefined }))]
      : []),
    changed('port names that differ', ([name, port]) => ({ ports: { [`${name}-x`]: port } })),
    changed('a wrong port', ([name, port]) => ({ ports: { [name]: port === 65535 ? 1 : port + 1000 } })),
  ];
}

function isRewritten({ consumerHost, sourceHost }: OfferedHost): boolean {
  return consumerHost !== sourceHost;
}

function throughGateway(dist: string, offer: Offer, host: OfferedHost): Precondition[] {
  const at = { cluster: offer.from.primaryCluster.name };
  const source = manifests(dist, at.cluster, '40-traffic').find(
    ({ kind, spec }) => kind === 'ServiceEntry' && spec.hosts[0] === host.sourceHost && spec.workloadSelector,
  );
  const gateway = manifests(dist, at.cluster, '30-gateway').find(
    ({ kind, spec }) =>
      kind === 'Gateway' &&
      spec.selector['topology.istio.io/network'] === offer.from.network &&
      spec.servers[0].hosts.includes(host.sourceHost),
  );
  if (!gateway) throw new Error(`dist has no gateway for ${host.sourceHost}`);
  const way = offeredPolicy(dist, offer, host);
  const [server] = gateway.spec.servers;
  const hosts = server.hosts.filter((one: string) => one !== host.sourceHost);
  return [
    ...(source
      ? [
          { ...at, name: 'no source-side entry', original: [source], without: [] },
          {
            ...at,
            name: 'MESH_EXTERNAL',
            original: [source],
            without: [withSpec(source, { location: 'MESH_EXTERNAL' })],
          },
        ]
      : []),
    {
      ...at,
      name: 'gateway host missing',
      original: [gateway],
      // a Gateway must have a host
      without: hosts.length > 0 ? [withSpec(gateway, { servers: [{ ...server, hosts }] })] : [],
    },
    ...withoutSources(dist, offer),
    ...(way
      ? [
          {
            name: 'the gateway not let in by NetworkPolicy',
            cluster: offer.from.name,
            original: [way],
            without: [],
          },
        ]
      : []),
  ];
}

/** An address that no packet comes from. */
const NOBODY = '0.0.0.0/32';

/** The callers' addresses are not those that the gateway's NetworkPolicy names. */
function withoutSources(dist: string, { from }: Offer): Precondition[] {
  const policy = manifests(dist, from.name, '28-network-policies').find(
    ({ metadata }) => metadata.name === GATEWAY_NAME,
  );
  if (!policy?.spec.ingress[0].from) return [];
  const [first, ...rest] = policy.spec.ingress;
  const elsewhere = { ...first, from: [{ ipBlock: { cidr: NOBODY } }] };
  return [
    {
      name: 'callers from other addresses than NetworkPolicy names',
      cluster: from.name,
      original: [policy],
      without: [withSpec(policy, { ingress: [elsewhere, ...rest] })],
    },
  ];
}

/** What lets the gateway in to pods of a closed namespace. */
function offeredPolicy(
  dist: string,
  { from, namespace, workloads }: Offer,
  host: OfferedHost,
): Manifest | undefined {
  const workload = workloads.find(({ hosts }) => hosts.some(({ name }) => name === host.name));
  return manifests(dist, from.name, '28-network-policies').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === `${workload?.name}-offered`,
  );
}

function byNodePort(
  dist: string,
  entry: Manifest,
  offer: Offer,
  host: OfferedHost,
  caller: ClusterNamespace,
): Precondition[] {
  const service = manifests(dist, offer.from.name, '35-node-ports').find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === `${host.name}-nodeport`,
  );
  if (!service) throw new Error(`dist has no node port for ${host.name}`);
  const addresses = [offer.from.nodeAddresses[0] as string];
  const asPrinted = { location: 'MESH_EXTERNAL', addresses, subjectAltNames: undefined };
  const ownPort = withEndpoints(entry, ([name]) => ({ ports: { [name]: offer.port } }));
  const common = [
    { name: 'no NodePort Service', cluster: offer.from.name, original: [service], without: [] },
    {
      name: 'the pod’s own port at the nodes’ addresses',
      cluster: caller.cluster.primaryCluster.name,
      original: [entry],
      without: [ownPort],
    },
  ];
  if (offer.isMeshed) {
    // where the name is an alias of another, the DestinationRule asks for mutual TLS whatever the entry says
    if (isRewritten(host)) return common;
    const plain = withSpec(
      withEndpoints(entry, () => ({ labels: undefined })),
      asPrinted,
    );
    const name = 'MESH_EXTERNAL with the node’s address';
    return [
      ...common,
      {
        name,
        cluster: caller.cluster.primaryCluster.name,
        original: [entry],
        without: [plain],
        isLasting: true,
      },
    ];
  }
  // HTTP would not notice: its Host header still tells the pods apart
  if (offer.hosts.length < 2 || offer.protocol !== Protocol.TCP) return common;
  const entries = offer.hosts.map((one) => consumerEntry(dist, one, caller));
  return [
    ...common,
    {
      name: 'the node’s address for every host',
      cluster: caller.cluster.primaryCluster.name,
      original: entries,
      without: entries.map((one) => withSpec(one, asPrinted)),
      isLasting: true,
    },
  ];
}

function consumerEntry(dist: string, host: OfferedHost, { cluster, name }: ClusterNamespace): Manifest {
  const found = consumerManifests(dist, cluster, name, host.consumerHost).find(
    ({ kind }) => kind === 'ServiceEntry',
  );
  if (!found) throw new Error(`dist has no entry for ${host.consumerHost} in ${cluster.name}/${name}`);
  return found;
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
