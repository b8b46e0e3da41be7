import { Construct } from 'constructs';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';

export interface NamespaceSidecarProps {
  /**
   * What the namespace's pods may dial beside what is in their own namespace, entries for other clusters included: each a namespace
   * and a host, such as `demo/helloworld.demo.svc.cluster.local`.
   * @default - nothing
   */
  readonly hosts?: readonly string[];
  /**
   * The name of the Sidecar: a DNS name. A namespace may have one without a workload selector, by custom `default`.
   * @default default
   */
  readonly name?: string;
  /**
   * The namespace.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const HOST: rules.Rule = {
  must: "be a namespace, a slash and a DNS name, such as 'demo/helloworld.demo.svc.cluster.local'",
  advice: 'name each host; all of a namespace as demo/*',
  holds: (value) => {
    const [namespace, host, ...rest] = typeof value === 'string' ? value.split('/') : [];
    const isHost = host === '*' || rules.isDnsName(host?.replace(/^\*\./, ''));
    return rest.length === 0 && rules.isDnsLabel(namespace) && isHost;
  },
};

const propsRules: rules.Rules<NamespaceSidecarProps> = {
  hosts: rules.optional(rules.listOf(HOST)),
  name: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * A namespace whose proxies know what they need and nothing else: connections to other hosts and addresses end in the pods' own proxies.
 * It keeps honest workloads in; one that gets around its proxy is held by the network and by the other side.
 * https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export class NamespaceSidecar extends Construct {
  constructor(scope: Construct, id: string, props: NamespaceSidecarProps = {}) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    new k8s.Sidecar(this, 'Resource', {
      metadata: { name: props.name ?? 'default', namespace: props.namespace },
      spec: {
        egress: [{ hosts: ['./*', ...(props.hosts ?? [])] }],
        outboundTrafficPolicy: { mode: k8s.OutboundTrafficPolicyMode.REGISTRY_UNDERSCORE_ONLY },
      },
    });
  }
}
