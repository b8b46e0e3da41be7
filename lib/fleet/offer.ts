import { CLUSTER_RULE, type Cluster, type ClusterNamespace, NAMESPACE_RULE } from './cluster';
import { passthroughSni } from './dns';
import { NAMING_RULE, Naming } from './naming';
import type { Problem } from './problem';
import { Protocol } from './protocol';
import * as rules from './rules';

export interface StatefulSetOfferProps {
  /** The cluster that the pods run in. */
  readonly from: Cluster;
  /** The namespace that they run in. */
  readonly namespace: string;
  /** The StatefulSet's name: its pods are `<name>-0`, `<name>-1` and on. */
  readonly name: string;
  /**
   * The StatefulSet's headless Service.
   * @default - the StatefulSet's name
   */
  readonly service?: string;
  /** How many pods are offered, beginning with number 0: 1 to 1000. */
  readonly replicas: number;
  /** The port that consumers dial and the pods listen on. */
  readonly port: number;
  /** What the port speaks. */
  readonly protocol: Protocol;
  /**
   * The name of the port, in both clusters' ServiceEntries.
   * @default - the protocol
   */
  readonly portName?: string;
  /** Who may dial: namespaces of other clusters, or single service accounts of them. At least one. */
  readonly to: ClusterNamespace[];
  /**
   * How consumers call the pods.
   * @default Naming.podHostname()
   */
  readonly naming?: Naming;
  /**
   * The service account that the pods run as; consumers refuse a server with another identity.
   * @default default
   */
  readonly serviceAccount?: string;
  /**
   * Labels that select all of the pods, and no others, so that they share one PeerAuthentication and
   * AuthorizationPolicy.
   * @default - each pod is selected by its own name, with policies of its own
   */
  readonly podLabels?: { [key: string]: string };
  /**
   * After how many seconds without a byte a connection is closed, along the whole path; 0 means never.
   * Istio's own default, one hour, cuts quiet database connections.
   * @default 86400
   */
  readonly idleTimeoutSeconds?: number;
}

const offerRules: rules.Rules<StatefulSetOfferProps> = {
  from: CLUSTER_RULE,
  namespace: rules.dnsLabel(),
  // the pod's name, with its ordinal, must be a label too
  name: rules.dnsLabel(59),
  service: rules.optional(rules.dnsLabel()),
  replicas: rules.integer(1, 1000),
  port: rules.portNumber,
  protocol: rules.oneOf(Object.values(Protocol)),
  portName: rules.optional(rules.dnsLabel(15)),
  to: rules.listOf(NAMESPACE_RULE, 1),
  naming: rules.optional(NAMING_RULE),
  serviceAccount: rules.optional(rules.dnsName),
  podLabels: rules.optional(rules.labels),
  idleTimeoutSeconds: rules.optional(rules.integer(0, 31_536_000, 'give seconds, up to a year')),
};

/** One host of an Offer, with every name that the two sides must agree on. */
export interface OfferedHost {
  /** The pod's name, or the group's. */
  readonly name: string;
  /** The host by which the offering cluster's gateway knows it. */
  readonly sourceHost: string;
  /** The host that consumers dial. */
  readonly consumerHost: string;
  /** The SNI that leads through the gateway to it. */
  readonly sni: string;
  /** Labels that select it alone. */
  readonly labels: { [key: string]: string };
}

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
    return new Offer(props);
  }

  public readonly from: Cluster;
  public readonly namespace: string;
  public readonly name: string;
  public readonly service: string;
  public readonly port: number;
  public readonly portName: string;
  public readonly protocol: Protocol;
  public readonly to: readonly ClusterNamespace[];
  public readonly naming: Naming;
  public readonly serviceAccount: string;
  public readonly idleTimeoutSeconds: number;

  private constructor(private readonly props: StatefulSetOfferProps) {
    this.from = props?.from;
    this.namespace = props?.namespace;
    this.name = props?.name;
    this.service = props?.service ?? this.name;
    this.port = props?.port;
    this.protocol = props?.protocol;
    this.portName = props?.portName ?? this.protocol;
    this.to = props?.to;
    this.naming = props?.naming ?? Naming.podHostname();
    this.serviceAccount = props?.serviceAccount ?? 'default';
    this.idleTimeoutSeconds = props?.idleTimeoutSeconds ?? 86_400;
  }

  public get hosts(): OfferedHost[] {
    return Array.from({ length: this.props.replicas }, (_, ordinal) => this.pod(ordinal));
  }

  /** What the pods' policies select: the pods together, or each alone where no common labels are known. */
  public get workloads(): OfferedWorkload[] {
    const { podLabels } = this.props;
    const { hosts } = this;
    if (podLabels) return [{ name: this.name, labels: podLabels, hosts }];
    return hosts.map((host) => ({ name: host.name, labels: host.labels, hosts: [host] }));
  }

  /** The SPIFFE identity that the pods prove to consumers. */
  public serverIdentity(trustDomain: string): string {
    return `spiffe://${trustDomain}/ns/${this.namespace}/sa/${this.serviceAccount}`;
  }

  /** What is wrong with this offer taken alone. */
  public problems(path: string): Problem[] {
    return rules.checkProps(path, this.props, offerRules);
  }

  /** Whether its parts are of the right kinds, so that it can be held against other offers. */
  public get isComparable(): boolean {
    const { from, to, replicas, naming } = offerRules;
    const parts = [
      from.holds(this.from),
      to.holds(this.to) || this.to?.length === 0,
      replicas.holds(this.props?.replicas),
      naming.holds(this.naming),
    ];
    return parts.every(Boolean) && this.to.every((caller) => NAMESPACE_RULE.holds(caller));
  }

  private pod(ordinal: number): OfferedHost {
    const name = `${this.name}-${ordinal}`;
    const at = { pod: name, service: this.service, namespace: this.namespace };
    const sourceHost = this.naming.sourceHost(at);
    return {
      name,
      sourceHost,
      consumerHost: this.naming.consumerHost(at),
      sni: passthroughSni(this.port, sourceHost),
      labels: podNameLabel(name),
    };
  }
}

/** The label that Kubernetes puts on every pod of a StatefulSet. */
function podNameLabel(pod: string): { [key: string]: string } {
  return { 'statefulset.kubernetes.io/pod-name': pod };
}
