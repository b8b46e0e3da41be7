import type { FieldError } from '../rules/field-error';
import * as rules from '../rules/rules';
import { passthroughSni, podHost, serviceHost } from '../well-known/dns';
import { Naming } from './naming';
import {
  type GroupOfferProps,
  groupOfferRules,
  type OfferProps,
  type ServiceOfferProps,
  type StatefulSetOfferProps,
  serviceOfferRules,
  statefulSetOfferRules,
} from './offer-props';

/** One host of an Offer, with the names that must agree in both clusters. */
export interface OfferedHost {
  /** The name of the pod, the group or the Service. The objects that belong to the host bear it. */
  readonly name: string;
  /** The host by which the offering cluster's gateway knows the pods. */
  readonly sourceHost: string;
  /** The host that callers dial. */
  readonly consumerHost: string;
  /**
   * The host that pods of the offering cluster dial; undefined where the pods have no host of their own
   * there.
   */
  readonly localHost?: string;
  /** The name of the pod, where the host leads to a single one. */
  readonly pod?: string;
  /** The SNI by which the offering cluster's gateway forwards connections to the host. */
  readonly sni: string;
  /** Labels that select the pods behind the host, and no others. */
  readonly labels: { [key: string]: string };
  /** The virtual address that the host resolves to, where the offer gives one. */
  readonly address?: string;
  /**
   * The name of the only cluster whose pods are behind the host, where same-named Services of several
   * clusters are one to the mesh.
   */
  readonly onlyCluster?: string;
}

/** What the kinds of offers do not have in common. */
export interface OfferKind {
  readonly props: OfferProps &
    Partial<Pick<StatefulSetOfferProps, 'service' | 'podLabels'>> &
    Partial<Pick<ServiceOfferProps, 'targetPort' | 'localNamespaces' | 'clusterHost'>> & {
      readonly name: string;
    };
  hosts(): OfferedHost[];
  errors(path: string): FieldError[];
  /** Whether the props say enough to count the hosts. */
  readonly isCountable: boolean;
  /** Whether consumers' istiods find it by themselves, so that neither side needs an entry. */
  readonly isDiscovered: boolean;
  /** Whether a host is also the name of a Kubernetes pod or Service of the offering cluster. */
  readonly canCollide: boolean;
  /** Whether the offering cluster knows the hosts as Services, so that its gateway needs no entries for them. */
  readonly isService: boolean;
}

export function statefulSetKind(props: StatefulSetOfferProps): OfferKind {
  const naming = props?.naming ?? Naming.podHostname();
  const { replicas, naming: namingRule } = statefulSetOfferRules;
  return {
    props,
    hosts: () => Array.from({ length: props.replicas }, (_, ordinal) => offeredPod(props, naming, ordinal)),
    errors: (path) => rules.checkProps(path, props, statefulSetOfferRules),
    isDiscovered: false,
    isCountable: replicas.holds(props?.replicas) && rules.checkValue('', naming, namingRule).length === 0,
    canCollide: naming.canCollide,
    isService: naming.isService,
  };
}

function offeredPod(props: StatefulSetOfferProps, naming: Naming, ordinal: number): OfferedHost {
  const name = `${props.name}-${ordinal}`;
  const at = { pod: name, service: props.service ?? props.name, namespace: props.namespace };
  const sourceHost = naming.sourceHost(at);
  return {
    name,
    sourceHost,
    consumerHost: naming.consumerHost(at),
    localHost: podHost(name, at.service, at.namespace),
    pod: name,
    sni: passthroughSni(props.port, sourceHost),
    labels: podNameLabel(name),
  };
}

/** The label that Kubernetes puts on every pod of a StatefulSet. */
function podNameLabel(pod: string): { [key: string]: string } {
  return { 'statefulset.kubernetes.io/pod-name': pod };
}

// A gateway knows a group by the consumers' name for it, and not by that of a Service: callers inside the cluster would ask
// for the Service by the same SNI, and could not be told from remote ones.
export function groupKind(props: GroupOfferProps): OfferKind {
  return {
    props,
    hosts: () => [
      {
        name: props.name,
        sourceHost: props.host,
        consumerHost: props.host,
        sni: passthroughSni(props.port, props.host),
        labels: props.podLabels,
        address: props.address,
      },
    ],
    errors: (path) => rules.checkProps(path, props, groupOfferRules),
    isDiscovered: false,
    isCountable: true,
    canCollide: false,
    isService: false,
  };
}

// Services of one name in two clusters are one to the mesh, which is what discovery is for: nothing collides.
export function serviceKind(props: ServiceOfferProps): OfferKind {
  return {
    props,
    hosts: () => [
      offeredService(props),
      ...(props.clusterHost ? [offeredAlone(props, props.clusterHost)] : []),
    ],
    errors: (path) => rules.checkProps(path, props, serviceOfferRules),
    isDiscovered: true,
    isCountable: rules.checkValue('', props?.localNamespaces, serviceOfferRules.localNamespaces).length === 0,
    canCollide: false,
    isService: true,
  };
}

function offeredService({ name, namespace, port, podLabels }: ServiceOfferProps): OfferedHost {
  const host = serviceHost(name, namespace);
  return {
    ...{ name, sourceHost: host, consumerHost: host, localHost: host },
    sni: passthroughSni(port, host),
    labels: podLabels,
  };
}

/** The same Service, without the same-named Services of other clusters: Istio knows them apart as subsets by cluster. */
function offeredAlone(props: ServiceOfferProps, consumerHost: string): OfferedHost {
  const { name, namespace, port, from, podLabels } = props;
  const sourceHost = serviceHost(name, namespace);
  return {
    ...{ name: `${name}-${from.name}`, sourceHost, consumerHost, onlyCluster: from.name },
    sni: passthroughSni(port, sourceHost, from.name),
    labels: podLabels,
  };
}
