import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';

/** The props of NamespaceSidecar. */
export interface NamespaceSidecarProps {
  /**
   * The hosts outside the namespace that its pods may dial: each a namespace, `/` and a host, such as
   * `demo/helloworld.demo.svc.cluster.local` or `demo/*`. What is in the namespace itself, the ServiceEntries
   * for other clusters among it, is always allowed.
   * @default - none
   */
  readonly hosts?: readonly string[];
  /**
   * The name of the Sidecar: a DNS name. A namespace must have one Sidecar without a workload selector only.
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
  expected: "be a namespace, a slash and a DNS name, such as 'demo/helloworld.demo.svc.cluster.local'",
  hint: 'name each host; all of a namespace as demo/*',
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
 * Makes a namespace registry-only: its proxies get the configuration of the named hosts only, and refuse
 * connections to all other destinations (`REGISTRY_ONLY`). It restricts pods that use their proxy.
 * NetworkPolicies, and the policies of the other side, restrict a pod that gets around it.
 * https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export class NamespaceSidecar extends Construct {
  /** The name of the Sidecar. */
  public readonly name: string;
  /** The namespace of the Sidecar; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: NamespaceSidecarProps = {}) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { name = 'default', namespace = Chart.of(this).namespace, hosts = [] } = sound;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.Sidecar(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        egress: [{ hosts: ['./*', ...hosts] }],
        outboundTrafficPolicy: { mode: k8s.OutboundTrafficPolicyMode.REGISTRY_UNDERSCORE_ONLY },
      },
    });
  }
}
