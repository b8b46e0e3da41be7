import { NAMING_RULE, Naming } from '../model/naming';
import type { Offer } from '../model/offer';
import { type StatefulSetOfferProps, statefulSetOfferRules } from '../model/offer-props';
import { checkValue } from '../rules/rules';
import { passthroughSni, podHost, serviceHost } from '../well-known/dns';
import { callersByCluster, pathByVia } from './callers';
import type { OfferKind } from './kind';
import type { HostClaim, OfferedHost, OfferedWorkload } from './offer-plan';

/** Offer.statefulSet: each pod under a host of its own. */
export const statefulSet: OfferKind<StatefulSetOfferProps> = {
  rules: statefulSetOfferRules,
  isReadable: ({ replicas, naming }) =>
    statefulSetOfferRules.replicas.holds(replicas) &&
    (naming === undefined || checkValue('', naming, NAMING_RULE).length === 0),
  lower: (offer, props) => {
    const naming = props.naming ?? Naming.podHostname();
    const names = namesOfPods(offer, props, naming);
    const hosts = Array.from({ length: props.replicas }, (_, ordinal) => offeredPod(offer, names, ordinal));
    return {
      offer,
      targetPort: offer.port,
      hosts,
      workloads: workloads(offer, props, hosts, names),
      callers: callersByCluster(offer, pathByVia(offer)),
      localNamespaces: [offer.namespace],
      namedLocalNamespaces: [],
      // a Service for each pod is known to the gateway without an entry
      gatewayEntries: names.areServices ? [] : hosts,
      callerEntries: hosts,
      partitionedHosts: [],
      localNames: names.areOfKubernetes ? hosts.map(({ consumerHost }) => consumerHost) : [],
      claims: hosts.flatMap(({ sourceHost, consumerHost }): HostClaim[] => [
        { host: sourceHost, where: 'offering cluster' },
        { host: consumerHost, where: 'callers' },
      ]),
    };
  },
};

/** How the pods of a StatefulSet are dialled. */
interface NamesOfPods {
  /** Whether each pod has a Service, whose host the gateway knows. */
  readonly areServices: boolean;
  /** Whether callers use names that Kubernetes gives to pods and Services. */
  readonly areOfKubernetes: boolean;
  local(pod: string): string;
  source(pod: string): string;
  consumer(pod: string): string;
}

function namesOfPods(
  { namespace, name }: Offer,
  { service = name }: StatefulSetOfferProps,
  naming: Naming,
): NamesOfPods {
  const local = (pod: string) => podHost(pod, service, namespace);
  switch (naming.kind) {
    case 'podHostname':
      return { areServices: false, areOfKubernetes: true, local, source: local, consumer: local };
    case 'servicePerPod': {
      const host = (pod: string) => serviceHost(pod, namespace);
      return { areServices: true, areOfKubernetes: true, local, source: host, consumer: host };
    }
    case 'alias': {
      const alias = (pod: string) => `${pod}.${naming.suffix}`;
      return { areServices: false, areOfKubernetes: false, local, source: local, consumer: alias };
    }
  }
}

function offeredPod({ name, port }: Offer, names: NamesOfPods, ordinal: number): OfferedHost {
  const pod = `${name}-${ordinal}`;
  const sourceHost = names.source(pod);
  return {
    name: pod,
    sourceHost,
    consumerHost: names.consumer(pod),
    localHost: names.local(pod),
    pod,
    sni: passthroughSni(port, sourceHost),
    // the label that Kubernetes puts on every pod of a StatefulSet
    labels: { 'statefulset.kubernetes.io/pod-name': pod },
  };
}

/** All pods together where labels select them, otherwise each pod for itself. */
function workloads(
  { name }: Offer,
  { podLabels }: StatefulSetOfferProps,
  hosts: readonly OfferedHost[],
  { areServices }: NamesOfPods,
): OfferedWorkload[] {
  const of = (some: readonly OfferedHost[]) => ({
    snis: some.map(({ sni }) => sni),
    ...(areServices ? { serviceHosts: some.map(({ sourceHost }) => sourceHost) } : {}),
  });
  if (podLabels) return [{ name, labels: podLabels, ...of(hosts) }];
  return hosts.map((host) => ({ name: host.name, labels: host.labels, ...of([host]) }));
}
