import { CLUSTER_RULE, type Cluster } from './cluster';
import { CONTROL_PLANE_RULE, type ControlPlane } from './control-plane';
import * as rules from './rules';

export interface FleetProps {
  /** The mesh's name, the same in every cluster (`global.meshID`). */
  readonly meshId: string;
  /** The clusters, in any number. */
  readonly clusters: readonly Cluster[];
  /**
   * The trust domain of every identity in the mesh, but in clusters that say their own.
   * @default cluster.local
   */
  readonly trustDomain?: string;
  /**
   * The namespace of istiod and of the east-west gateways: one of their own.
   * @default istio-system
   */
  readonly istioNamespace?: string;
  /**
   * Whether every cluster's istiod reads the Services and endpoints of all the others, which `Offer.service` needs. A cluster
   * that is read says where its `apiServer` is.
   * @default false
   */
  readonly discovery?: boolean;
  /**
   * How Istio is installed in the clusters that do not say it themselves.
   * @default ControlPlane.istioctl()
   */
  readonly controlPlane?: ControlPlane;
  /**
   * Whether NetworkPolicies are written: the gateways' pods take what gateways are for, and namespaces with a database are closed but
   * for its clients, its own pods, and those whom offers let in. Without a network plugin that enforces them they do nothing.
   * @default true
   */
  readonly networkPolicies?: boolean;
  /**
   * The Istio revision that injects proxies, as in the label `istio.io/rev`.
   * @default - none: namespaces are labelled istio-injection: enabled
   */
  readonly revision?: string;
}

export const fleetRules: rules.Rules<FleetProps> = {
  meshId: rules.labelValue,
  clusters: rules.listOf(CLUSTER_RULE, 1),
  trustDomain: rules.optional(rules.dnsName),
  istioNamespace: rules.optional(rules.ownNamespace),
  discovery: rules.optional(rules.boolean),
  controlPlane: rules.optional({
    ...CONTROL_PLANE_RULE,
    inside: (path, value) => {
      const controlPlane = value as ControlPlane;
      return [...controlPlane.problems(path), ...controlPlane.istiodProblems(path)];
    },
  }),
  networkPolicies: rules.optional(rules.boolean),
  revision: rules.optional(rules.dnsLabel()),
};
