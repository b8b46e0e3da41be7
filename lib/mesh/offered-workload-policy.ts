import { Construct } from 'constructs';
import { principal } from '../fleet/identity';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';

type Rule = k8s.AuthorizationPolicyRule;

export interface OfferedWorkloadPolicyProps {
  /** The name of both policies: a DNS name. */
  readonly name: string;
  /** Labels that select the offered pods: at least one. */
  readonly podLabels: { [key: string]: string };
  /**
   * The offered port, as the pods' containers number it: not the Service's, where that differs. 1 to 65535, but none of those that
   * Istio's proxy keeps for itself (15000, 15001 and on).
   */
  readonly port: number;
  /**
   * Every SNI that leads from other clusters to the pods, and that nobody inside the cluster uses.
   * @default - none: callers inside the cluster cannot be told from others, and are refused as they are
   */
  readonly snis?: readonly string[];
  /**
   * The principals that may come: `<trust-domain>/ns/<namespace>/sa/<account>`, without `spiffe://`. A `*` at the end or at the
   * beginning stands for anything, as in `cluster.local/ns/demo-dr/sa/*`.
   */
  readonly principals: readonly string[];
  /**
   * The hosts of Kubernetes Services by which the gateway knows the pods. It has a route for every port of such a Service: under these
   * hosts the pods' other ports are closed to all callers but `localPrincipals`. Callers that use no such host are not concerned:
   * those without a proxy, those who dial a pod's address, and those who dial another Service of the same pods.
   * (istio/istio pilot/pkg/networking/core/gateway.go, builtAutoPassthroughFilterChains)
   * @default - none: the gateway knows the pods by a ServiceEntry, which has the offered port alone
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
 * Who gets in through the gateway, enforced at the pods themselves, for the gateway only passes bytes on.
 *
 * Callers from other clusters are told from those inside by the SNI: only the gateway's routes bear the offered ones,
 * so a caller with such an SNI came through it. Whoever did and is not named is denied; callers inside the cluster are
 * left to the cluster's own policies. A Service that other clusters discover has the same SNI for everyone: there all
 * callers are named, and whoever is not is denied. The same holds for the other ports of a Service that a gateway knows.
 */
export class OfferedWorkloadPolicy extends Construct {
  constructor(scope: Construct, id: string, props: OfferedWorkloadPolicyProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const metadata = { name: props.name, namespace: props.namespace };
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
