import { given } from '../rules/given';
import type { Cluster, ClusterNamespace } from './cluster';
import { NetworkPath } from './network-path';
import type { GroupOfferProps, OfferProps, ServiceOfferProps, StatefulSetOfferProps } from './offer-props';
import type { Protocol } from './protocol';

/** The kind of an offer, and its props as they were given to the factory of the same name. */
export type OfferSpec =
  | OfferOfKind<'statefulSet', StatefulSetOfferProps>
  | OfferOfKind<'group', GroupOfferProps>
  | OfferOfKind<'service', ServiceOfferProps>;

/** An OfferSpec of one kind. */
export interface OfferOfKind<Kind extends string, Props extends object> {
  /** The name of the factory that made the offer. */
  readonly kind: Kind;
  /** The props, as they were given to the factory. */
  readonly props: Props;
}

/**
 * Pods of one cluster that named callers in other clusters may dial. The fleet derives the objects of both
 * sides from it, so that hosts, ports and SNIs of the two sides agree. Fleet.offer adds it to a fleet. An
 * Offer is frozen and throws nothing: `validate` checks the offers of a fleet.
 */
export class Offer {
  /** Offers the pods of a StatefulSet, each under a host of its own. */
  public static statefulSet(props: StatefulSetOfferProps): Offer {
    return new Offer({ kind: 'statefulSet', props });
  }

  /** Offers pods that are interchangeable, all under one host. */
  public static group(props: GroupOfferProps): Offer {
    return new Offer({ kind: 'group', props });
  }

  /**
   * Offers a Kubernetes Service under its own host, such as `helloworld.demo.svc.cluster.local`. The callers'
   * istiods discover its endpoints, so that the fleet must have `discovery`. Services with the same name in
   * the same namespace of several clusters are one Service to the mesh, as everywhere in Istio.
   */
  public static service(props: ServiceOfferProps): Offer {
    return new Offer({ kind: 'service', props });
  }

  /** The cluster in which the pods run, as given in OfferProps.from. */
  public readonly from: Cluster;
  /** The pods' namespace, as given in OfferProps.namespace. */
  public readonly namespace: string;
  /** The name of the StatefulSet, the group or the Service. */
  public readonly name: string;
  /** The port that callers dial. */
  public readonly port: number;
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

  private constructor(
    /** The kind of the offer and its props, as they were given. */
    public readonly spec: OfferSpec,
  ) {
    const props: OfferProps & { readonly name: string } = given(spec.props);
    this.from = props.from;
    this.namespace = props.namespace;
    this.name = props.name;
    this.port = props.port;
    this.protocol = props.protocol;
    this.portName = props.portName ?? props.protocol;
    this.to = props.to;
    this.via = props.via ?? NetworkPath.byNetwork();
    this.serviceAccount = props.serviceAccount ?? 'default';
    this.idleTimeoutSeconds = props.idleTimeoutSeconds ?? 86_400;
    Object.freeze(this);
  }
}
