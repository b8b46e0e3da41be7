/**
 * The namespace of istiod and of the east-west gateway by default, as in Istio's own installation guides.
 *
 * Constructs that are in this namespace, or name it, take it as their default whatever the chart's namespace is: they stand in
 * several charts (the gateway in one, the entries that are exported to it beside their pods in another), and only a default that
 * does not depend on the chart is the same for all of them.
 */
export const ISTIO_NAMESPACE = 'istio-system';
