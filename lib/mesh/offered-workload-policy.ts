import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import { principal } from '../rules/identity';
import * as rules from '../rules/rules';

type Rule = k8s.AuthorizationPolicyRule;

/** The props of OfferedWorkloadPolicy. */
export interface OfferedWorkloadPolicyProps {
  /** The name of the PeerAuthentication and the AuthorizationPolicy: a DNS name. */
  readonly name: string;
  /** Labels that select the offered pods: at least one. */
  readonly podLabels: { [key: string]: string };
  /**
   * The offered port as the pods' containers number it, which may differ from the Service's: 1 to 65535, but
   * none of the ports that Istio's proxy uses itself (15000, 15001, 15006, 15090 and others).
   */
  readonly port: number;
  /**
   * Every SNI by which callers of other clusters reach the pods. Callers inside the cluster must not use
   * them. The policy then concerns connections with these SNIs only.
   * @default - none: the policy concerns all callers, those inside the cluster too
   */
  readonly snis?: readonly string[];
  /**
   * The principals that may dial the port: `<trust-domain>/ns/<namespace>/sa/<account>`, without `spiffe://`.
   * At least one. A `*` at the beginning or the end stands for any text, as in
   * `cluster.local/ns/demo-dr/sa/*`.
   */
  readonly principals: readonly string[];
  /**
   * The hosts of Kubernetes Services by which the gateway knows the pods. A gateway has a route for every
   * port of such a Service, so that the policy closes the pods' other ports under these hosts to everybody
   * but `localPrincipals`. It does not concern callers that use no such host: those without a proxy, those
   * that dial a pod's address, and those that dial another Service of the same pods. (istio/istio
   * pilot/pkg/networking/core/gateway.go, builtAutoPassthroughFilterChains)
   * @default - none: the gateway knows the pods by a ServiceEntry, which has the offered port only
   */
  readonly serviceHosts?: readonly string[];
  /**
   * The principals inside the cluster that may dial the other ports under `serviceHosts`.
   * @default - none
   */
  readonly localPrincipals?: readonly string[];
  /**
   * The namespace of the pods.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<OfferedWorkloadPolicyProps> = {
  name: rules.dnsName,
  podLabels: rules.podLabels,
  port: rules.podPort,
  snis: rules.optional(rules.listOf(rules.text, 1)),
  principals: rules.listOf(principal, 1),
  serviceHosts: rules.optional(rules.listOf(rules.dnsName, 1)),
  localPrincipals: rules.optional(rules.listOf(principal)),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * The policies of offered pods: a PeerAuthentication that requires mutual TLS on the port, and an
 * AuthorizationPolicy that denies callers that are not named. The pods' own proxies enforce them, because the
 * gateway only forwards bytes. The default child is the AuthorizationPolicy.
 *
 * The SNI tells callers of other clusters from callers inside the cluster, because only the gateway's routes
 * have the offered SNIs. Callers with such an SNI must be named; callers inside the cluster are left to the
 * cluster's own policies. A discovered Service has the same SNI for all callers. There all callers must be
 * named, those inside the cluster too.
 * https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class OfferedWorkloadPolicy extends Construct {
  /** The name of the PeerAuthentication and the AuthorizationPolicy. */
  public readonly name: string;
  /** The namespace of the pods; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: OfferedWorkloadPolicyProps) {
    super(scope, id);
    const { name, namespace = Chart.of(this).namespace } = soundProps(props, propsRules);
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const metadata = { name, namespace };
    const selector = { matchLabels: props.podLabels };

    // STRICT also spares callers of a protocol in which the server speaks first an endless wait: a PERMISSIVE port
    // waits for the caller's first byte to tell TLS from plain text.
    new k8s.PeerAuthentication(this, 'PeerAuthentication', {
      metadata,
      spec: { selector, portLevelMtls: { [String(props.port)]: { mode: k8s.PortMtlsMode.STRICT } } },
    });
    new k8s.AuthorizationPolicy(this, 'Resource', {
      metadata,
      spec: {
        selector,
        action: k8s.AuthorizationPolicyAction.DENY,
        rules: [
          {
            from: [{ source: { notPrincipals: [...props.principals] } }],
            to: [{ operation: { ports: [String(props.port)] } }],
            when: props.snis ? [{ key: SNI, values: [...props.snis] }] : undefined,
          },
          ...otherPorts(props),
        ],
      },
    });
  }
}

const SNI = 'connection.sni';

/** An SNI names port, subset and host, in this order: one that ends with the host is for any of its ports. */
function otherPorts({ port, serviceHosts, localPrincipals = [] }: OfferedWorkloadPolicyProps): Rule[] {
  if (!serviceHosts) return [];
  return [
    {
      from: localPrincipals.length > 0 ? [{ source: { notPrincipals: [...localPrincipals] } }] : undefined,
      to: [{ operation: { notPorts: [String(port)] } }],
      when: [{ key: SNI, values: serviceHosts.map((host) => `*_.${host}`) }],
    },
  ];
}
