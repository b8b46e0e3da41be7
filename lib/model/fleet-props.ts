import * as rules from '../rules/rules';
import { CLUSTER_RULE, type Cluster } from './cluster';
import { CONTROL_PLANE_RULE, type ControlPlane, controlPlaneErrors, istiodErrors } from './control-plane';

/**
 * The description of a fleet for `new Fleet`. Offers and databases are added afterwards, by Fleet.offer and
 * Fleet.database.
 */
export interface FleetProps {
  /** The mesh's name in every cluster (`global.meshID`), as a label value. */
  readonly meshId: string;
  /** The clusters of the mesh: at least one, and each once. */
  readonly clusters: readonly Cluster[];
  /**
   * The trust domain of the identities in every cluster that does not give its own, as a DNS name.
   * @default cluster.local
   */
  readonly trustDomain?: string;
  /**
   * The namespace of istiod and the east-west gateways. Nothing else may be offered from it, and none of the
   * namespaces that Kubernetes makes in every cluster is allowed.
   * @default istio-system
   */
  readonly istioNamespace?: string;
  /**
   * Whether every cluster's istiod reads the Services and endpoints of all other clusters (Istio's
   * multi-primary model). `Offer.service` requires it. Every cluster must then give its `apiServer`.
   * https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/
   * @default false
   */
  readonly discovery?: boolean;
  /**
   * The install method and the settings of Istio in every cluster that does not give its own.
   * @default ControlPlane.istioctl()
   */
  readonly controlPlane?: ControlPlane;
  /**
   * Whether NetworkPolicies are written. They close the gateways' pods to everything but a gateway's ports,
   * and they make every namespace with a database a default-deny namespace. A cluster without a network
   * plugin that enforces NetworkPolicy ignores them.
   * @default true
   */
  readonly networkPolicies?: boolean;
  /**
   * The Istio revision that injects proxies (label `istio.io/rev`), as a DNS label.
   * @default - none: namespaces get the label `istio-injection: enabled`
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
    inside: (path, value) => [
      ...controlPlaneErrors(path, value as ControlPlane),
      ...istiodErrors(path, value as ControlPlane),
    ],
  }),
  networkPolicies: rules.optional(rules.boolean),
  revision: rules.optional(rules.dnsLabel()),
};
