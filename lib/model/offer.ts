import type { FieldError } from '../rules/field-error';
import type { Cluster, ClusterNamespace } from './cluster';
import { NAMESPACE_RULE } from './cluster';
import { NETWORK_PATH_RULE, NetworkPath, type NetworkPathKind } from './network-path';
import { groupKind, type OfferedHost, type OfferKind, serviceKind, statefulSetKind } from './offer-kinds';
import {
  type GroupOfferProps,
  isReadable,
  type ServiceOfferProps,
  type StatefulSetOfferProps,
  statefulSetOfferRules,
} from './offer-props';
import type { Protocol } from './protocol';

/** Pods of an offer that share a PeerAuthentication and an AuthorizationPolicy. */
export interface OfferedWorkload {
  /** The name of the policies: that of the offer, or of one pod. */
  readonly name: string;
  /** Labels that select the pods, and no others. */
  readonly labels: { [key: string]: string };
  /** The hosts that lead to the pods. */
  readonly hosts: readonly OfferedHost[];
}

/**
 * Pods of one cluster that named callers in other clusters may dial. The fleet derives the objects of both
 * sides from it, so that hosts, ports and SNIs of the two sides agree. Fleet.offer adds it to a fleet.
 */
export class Offer {
  /** Offers the pods of a StatefulSet, each under a host of its own. */
  public static statefulSet(props: StatefulSetOfferProps): Offer {
    return new Offer(statefulSetKind(props));
  }

  /** Offers pods that are interchangeable, all under one host. */
  public static group(props: GroupOfferProps): Offer {
    return new Offer(groupKind(props));
  }

  /**
   * Offers a Kubernetes Service under its own host, such as `helloworld.demo.svc.cluster.local`. The callers'
   * istiods discover its endpoints, so that the fleet must have `discovery`. Services with the same name in
   * the same namespace of several clusters are one Service to the mesh, as everywhere in Istio.
   */
  public static service(props: ServiceOfferProps): Offer {
    return new Offer(serviceKind(props));
  }

  /** The cluster in which the pods run, as given in OfferProps.from. */
  public readonly from: Cluster;
  /** The pods' namespace, as given in OfferProps.namespace. */
  public readonly namespace: string;
  /** The name of the StatefulSet, the group or the Service. */
  public readonly name: string;
  /** The name of the StatefulSet's headless Service. For a group and a Service it is the same as `name`. */
  public readonly service: string;
  /** The port that callers dial. */
  public readonly port: number;
  /** The port on which the pods' containers listen. Istio's policies and NetworkPolicies name this port. */
  public readonly targetPort: number;
  /** The port's name: OfferProps.portName, or the protocol. */
  public readonly portName: string;
  /** The protocol of the port, as given in OfferProps.protocol. */
  public readonly protocol: Protocol;
  /** The callers, as given in OfferProps.to. */
  public readonly to: readonly ClusterNamespace[];
  /** The network path: OfferProps.via, or `NetworkPath.byNetwork()`. */
  public readonly via: NetworkPath;
  /** The service account of the pods: OfferProps.serviceAccount, or `default`. */
  public readonly serviceAccount: string;
  /** The idle timeout of connections in seconds: OfferProps.idleTimeoutSeconds, or 86400. */
  public readonly idleTimeoutSeconds: number;

  private constructor(private readonly kind: OfferKind) {
    const { props } = kind;
    this.from = props?.from;
    this.namespace = props?.namespace;
    this.name = props?.name;
    this.service = props?.service ?? this.name;
    this.port = props?.port;
    this.targetPort = props?.targetPort ?? this.port;
    this.protocol = props?.protocol;
    this.portName = props?.portName ?? this.protocol;
    this.to = props?.to;
    this.via = props?.via ?? NetworkPath.byNetwork();
    this.serviceAccount = props?.serviceAccount ?? 'default';
    this.idleTimeoutSeconds = props?.idleTimeoutSeconds ?? 86_400;
  }

  /**
   * The offered hosts: one for each pod of a StatefulSet, one for a group. A Service has one, and a second
   * with `clusterHost`.
   */
  public get hosts(): OfferedHost[] {
    return this.kind.hosts();
  }

  /**
   * The sets of pods to which policies apply: all pods together where `podLabels` are given, otherwise each
   * pod for itself.
   */
  public get workloads(): OfferedWorkload[] {
    const { podLabels } = this.kind.props;
    const { hosts } = this;
    if (podLabels) return [{ name: this.name, labels: podLabels, hosts }];
    return hosts.map((host) => ({ name: host.name, labels: host.labels, hosts: [host] }));
  }

  /**
   * Whether a host can also be the name of a pod or Service in the caller's cluster. The fleet then refuses
   * callers in a namespace of the same name.
   */
  public get canCollide(): boolean {
    return this.kind.canCollide;
  }

  /**
   * Whether the hosts are those of Kubernetes Services in the offering cluster. The cluster's gateway then
   * needs no ServiceEntries for them.
   */
  public get isService(): boolean {
    return this.kind.isService;
  }

  /** Whether the callers' istiods discover the endpoints. It is true for `Offer.service` only. */
  public get isDiscovered(): boolean {
    return this.kind.isDiscovered;
  }

  /**
   * The namespaces of the offering cluster whose pods may dial a discovered Service: its own and
   * ServiceOfferProps.localNamespaces.
   */
  public get localNamespaces(): readonly string[] {
    return [...new Set([this.namespace, ...(this.kind.props.localNamespaces ?? [])])];
  }

  /** The host that leads to the Service of this cluster only, as given in ServiceOfferProps.clusterHost. */
  public get clusterHost(): string | undefined {
    return this.kind.props.clusterHost;
  }

  /** The network path that connections from a cluster take to the offer. */
  public pathFrom(cluster: Cluster): NetworkPathKind {
    if (!this.isDiscovered) return this.via.between(this.from, cluster);
    return cluster.network === this.from.network ? 'direct' : 'eastWestGateway';
  }

  /** Whether the connections of at least one caller take a network path. */
  public takes(route: NetworkPathKind): boolean {
    return this.to.some(({ cluster }) => cluster !== this.from && this.pathFrom(cluster) === route);
  }

  /**
   * Whether connections use the mesh's mutual TLS from the caller's proxy to the pod's. It is false only with
   * `NetworkPath.nodePort({ mutualTls: false })`.
   */
  public get isMeshed(): boolean {
    return this.via.mutualTls;
  }

  /**
   * The SPIFFE identity that callers require of the pods.
   * @param trustDomain The trust domain of the offering cluster; see Fleet.trustDomainOf.
   */
  public serverIdentity(trustDomain: string): string {
    return `spiffe://${trustDomain}/ns/${this.namespace}/sa/${this.serviceAccount}`;
  }

  /**
   * Everything that is wrong with this offer's own props. Rules between offers and clusters are not among it;
   * see Fleet.problems.
   * @param path The place of the value in the input, such as `clusters[0]`; each FieldError begins with it.
   */
  public errors(path: string): FieldError[] {
    return this.kind.errors(path);
  }

  /**
   * Whether the props have the right JavaScript types. The checks between offers skip an offer whose props
   * have not, because `problems` reports it.
   */
  public get isComparable(): boolean {
    const { from, to } = statefulSetOfferRules;
    const parts = [
      from.holds(this.from),
      to.holds(this.to) || (Array.isArray(this.to) && this.to.length === 0),
      NETWORK_PATH_RULE.holds(this.via) && this.via.errors('').length === 0,
      this.kind.isCountable,
    ];
    // Array.from reads the holes of a list too, which every skips
    return (
      parts.every(Boolean) &&
      isReadable(this.kind.props) &&
      Array.from(this.to).every((caller) => NAMESPACE_RULE.holds(caller) && caller.isReadable)
    );
  }
}
