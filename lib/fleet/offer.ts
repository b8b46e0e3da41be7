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
import type { Problem } from './problem';
import type { Protocol } from './protocol';

/** A set of pods that share policies, chosen by labels. */
export interface OfferedWorkload {
  readonly name: string;
  readonly labels: { [key: string]: string };
  readonly hosts: readonly OfferedHost[];
}

/**
 * A workload that one cluster lets named identities in other clusters dial. Everything that must agree on both
 * sides is derived from it, so nobody writes a host or an SNI twice.
 */
export class Offer {
  /** The pods of a StatefulSet, each under a name of its own. */
  public static statefulSet(props: StatefulSetOfferProps): Offer {
    return new Offer(statefulSetKind(props));
  }

  /** Pods that answer alike, all under one name. */
  public static group(props: GroupOfferProps): Offer {
    return new Offer(groupKind(props));
  }

  /** A Kubernetes Service under its usual name, found by the consumers' istiods; the fleet must use discovery. */
  public static service(props: ServiceOfferProps): Offer {
    return new Offer(serviceKind(props));
  }

  public readonly from: Cluster;
  public readonly namespace: string;
  public readonly name: string;
  /** The StatefulSet's headless Service; of a group the Service of its name, if there is one. */
  public readonly service: string;
  /** The port that consumers dial. */
  public readonly port: number;
  /** The port that the pods' containers listen on: what policies go by. */
  public readonly targetPort: number;
  public readonly portName: string;
  public readonly protocol: Protocol;
  public readonly to: readonly ClusterNamespace[];
  public readonly via: NetworkPath;
  public readonly serviceAccount: string;
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

  /** Every name under which something is offered: one for each pod of a StatefulSet, one for a group. */
  public get hosts(): OfferedHost[] {
    return this.kind.hosts();
  }

  /** What the pods' policies select: the pods together, or each alone where no common labels are known. */
  public get workloads(): OfferedWorkload[] {
    const { podLabels } = this.kind.props;
    const { hosts } = this;
    if (podLabels) return [{ name: this.name, labels: podLabels, hosts }];
    return hosts.map((host) => ({ name: host.name, labels: host.labels, hosts: [host] }));
  }

  /** Whether the consumers' names could also be names of pods or Services of their own. */
  public get canCollide(): boolean {
    return this.kind.canCollide;
  }

  /** Whether the offering cluster knows the hosts as Services, so that its gateway needs no entries for them. */
  public get isService(): boolean {
    return this.kind.isService;
  }

  /** Whether consumers' istiods find it by themselves. */
  public get isDiscovered(): boolean {
    return this.kind.isDiscovered;
  }

  /** Namespaces of the offering cluster that may dial what discovery shows to everybody. */
  public get localNamespaces(): readonly string[] {
    return [...new Set([this.namespace, ...(this.kind.props.localNamespaces ?? [])])];
  }

  /** The name that leads to this cluster's Service alone. */
  public get clusterHost(): string | undefined {
    return this.kind.props.clusterHost;
  }

  /** The way that a cluster's packets take to it. */
  public pathFrom(cluster: Cluster): NetworkPathKind {
    if (!this.isDiscovered) return this.via.between(this.from, cluster);
    return cluster.network === this.from.network ? 'direct' : 'eastWestGateway';
  }

  /** Whether any caller's packets take this way. */
  public takes(route: NetworkPathKind): boolean {
    return this.to.some(({ cluster }) => cluster !== this.from && this.pathFrom(cluster) === route);
  }

  /** Whether proxies speak the mesh's mutual TLS all the way. */
  public get isMeshed(): boolean {
    return this.via.mutualTls;
  }

  /** The SPIFFE identity that the pods prove to consumers. */
  public serverIdentity(trustDomain: string): string {
    return `spiffe://${trustDomain}/ns/${this.namespace}/sa/${this.serviceAccount}`;
  }

  /** What is wrong with this offer taken alone. */
  public problems(path: string): Problem[] {
    return this.kind.problems(path);
  }

  /** Whether its parts are of the right kinds, so that it can be held against other offers. */
  public get isComparable(): boolean {
    const { from, to } = statefulSetOfferRules;
    const parts = [
      from.holds(this.from),
      to.holds(this.to) || (Array.isArray(this.to) && this.to.length === 0),
      NETWORK_PATH_RULE.holds(this.via) && this.via.problems('').length === 0,
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
