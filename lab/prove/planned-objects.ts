import { statefulSet } from '../../lib/database/pxc/names';
import type { Cluster, ClusterNamespace } from '../../lib/model/cluster';
import type { Database } from '../../lib/model/database';
import type { Offer } from '../../lib/model/offer';
import { lowerOffer } from '../../lib/offers/kinds';
import type { OfferedHost } from '../../lib/offers/offer-plan';
import { GATEWAY_NAME } from '../../lib/well-known/gateway-names';
import { LabError } from '../errors';
import { allManifests, type Manifest, manifests } from './manifests';

const NETWORK_POLICIES = '28-network-policies';
const GATEWAY = '30-gateway';
const TRAFFIC = '40-traffic';

/** The objects that mutations change, found in dist. Only this file knows where they are: objects of a ClusterPlan can take their place here. */
export class PlannedObjects {
  constructor(private readonly dist: string) {}

  /** The ServiceEntry with which a namespace dials a host. */
  consumerEntry(host: OfferedHost, { cluster, name }: ClusterNamespace): Manifest {
    const found = this.consumerObjects(host.consumerHost, cluster, name);
    return required(
      found,
      isKind('ServiceEntry'),
      `entry for ${host.consumerHost} in ${cluster.name}/${name}`,
    );
  }

  /** The objects with which a namespace dials a host: the entry, and its rule. */
  consumerObjects(host: string, { primaryCluster }: Cluster, namespace: string): Manifest[] {
    return this.in(primaryCluster, TRAFFIC).filter(
      ({ kind, metadata, spec }) =>
        metadata.namespace === namespace &&
        ((kind === 'ServiceEntry' && spec.hosts[0] === host && spec.endpoints) ||
          (kind === 'DestinationRule' && spec.host === host)),
    );
  }

  /** The ServiceEntry by which an offering cluster knows a pod; undefined where it knows a Service. */
  sourceEntry({ from }: Offer, { sourceHost }: OfferedHost): Manifest | undefined {
    return this.in(from.primaryCluster, TRAFFIC).find(
      ({ kind, spec }) => kind === 'ServiceEntry' && spec.hosts[0] === sourceHost && spec.workloadSelector,
    );
  }

  /** The Gateway that has a host. */
  gatewayOf({ from }: Offer, { sourceHost }: OfferedHost): Manifest {
    return required(
      this.in(from.primaryCluster, GATEWAY),
      ({ kind, spec }) =>
        kind === 'Gateway' &&
        spec.selector['topology.istio.io/network'] === from.network &&
        spec.servers[0].hosts.includes(sourceHost),
      `Gateway for ${sourceHost}`,
    );
  }

  /** The Gateway by which remote clusters reach an istiod. */
  istiodGateway(primary: Cluster): Manifest {
    return required(
      this.in(primary, GATEWAY),
      ({ kind, metadata }) => kind === 'Gateway' && metadata.name === 'istiod-gateway',
      `Gateway to the istiod of ${primary.name}`,
    );
  }

  /** What gives one cluster's part of a Service a name of its own, in the caller's namespace. */
  partitionObject(
    kind: 'ServiceEntry' | 'VirtualService',
    { consumerHost }: OfferedHost,
    { cluster, name: namespace }: ClusterNamespace,
  ): Manifest {
    return required(
      this.in(cluster.primaryCluster, TRAFFIC),
      (one) =>
        one.kind === kind && one.metadata.namespace === namespace && one.spec.hosts[0] === consumerHost,
      `${kind} for ${consumerHost} in ${cluster.name}/${namespace}`,
    );
  }

  /** The DestinationRules with the subsets of an offered Service, at its gateway. */
  gatewaySubsets({ from, namespace }: Offer, { sourceHost }: OfferedHost): Manifest[] {
    const found = this.in(from.primaryCluster, TRAFFIC).filter(
      ({ kind, metadata, spec }) =>
        kind === 'DestinationRule' &&
        metadata.namespace === namespace &&
        spec.host === sourceHost &&
        spec.exportTo[0] !== '.',
    );
    if (found.length === 0) throw missing(`subsets of ${sourceHost}`);
    return found;
  }

  nodePortService({ from }: Offer, host: OfferedHost): Manifest {
    return required(
      this.in(from, '35-node-ports'),
      ({ kind, metadata }) => kind === 'Service' && metadata.name === `${host.name}-nodeport`,
      `node port for ${host.name}`,
    );
  }

  /** The AuthorizationPolicy that closes the ports of an offered Service that are not offered. */
  offerPolicy({ from, namespace, name }: Offer): Manifest | undefined {
    return allManifests(this.dist, from.primaryCluster.name).find(
      ({ kind, metadata }) =>
        kind === 'AuthorizationPolicy' && metadata.namespace === namespace && metadata.name === name,
    );
  }

  /** The AuthorizationPolicies before the administrative ports of a namespace's databases. */
  adminPolicies({ cluster, name: namespace }: ClusterNamespace): Manifest[] {
    return allManifests(this.dist, cluster.primaryCluster.name).filter(
      ({ kind, metadata }) =>
        kind === 'AuthorizationPolicy' &&
        metadata.namespace === namespace &&
        metadata.name.endsWith('-admin'),
    );
  }

  sidecar({ cluster, name: namespace }: ClusterNamespace): Manifest {
    return required(
      this.in(cluster.primaryCluster, '26-policies'),
      ({ kind, metadata }) => kind === 'Sidecar' && metadata.namespace === namespace,
      `Sidecar for ${cluster.name}/${namespace}`,
    );
  }

  networkPolicies({ cluster, name: namespace }: ClusterNamespace): Manifest[] {
    return this.in(cluster, NETWORK_POLICIES).filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** The NetworkPolicy of a cluster's gateway, where it names its callers' addresses. */
  gatewayNetworkPolicy(cluster: Cluster): Manifest | undefined {
    return this.in(cluster, NETWORK_POLICIES).find(
      ({ metadata, spec }) => metadata.name === GATEWAY_NAME && spec.ingress[0].from,
    );
  }

  /** The NetworkPolicy that lets the gateway dial the offered pods of a default-deny namespace. */
  offeredNetworkPolicy(offer: Offer, host: OfferedHost): Manifest | undefined {
    const { from, namespace } = offer;
    const { workloads } = lowerOffer(offer);
    const workload = workloads.find(({ name }) => name === host.name) ?? workloads[0];
    return this.in(from, NETWORK_POLICIES).find(
      ({ metadata }) => metadata.namespace === namespace && metadata.name === `${workload?.name}-offered`,
    );
  }

  /** The NetworkPolicies of a source's own pods. */
  databaseNetworkPolicies({ source, name }: Database): Manifest[] {
    return this.networkPolicies(source).filter(({ metadata }) => metadata.name === statefulSet(name));
  }

  /** The custom resource of a source. */
  databaseResource({ source, name }: Database): Manifest {
    return required(
      this.in(source.cluster, '50-database'),
      ({ metadata }) => metadata.name === name && metadata.namespace === source.name,
      `database ${source.name}/${name}`,
    );
  }

  private in({ name }: Cluster, file: string): Manifest[] {
    return manifests(this.dist, name, file);
  }
}

function isKind(wanted: string): (manifest: Manifest) => boolean {
  return ({ kind }) => kind === wanted;
}

function required(all: readonly Manifest[], isWanted: (one: Manifest) => boolean, what: string): Manifest {
  const found = all.find(isWanted);
  if (!found) throw missing(what);
  return found;
}

function missing(what: string): LabError {
  return new LabError(`dist has no ${what}: the lab cannot change it`);
}
