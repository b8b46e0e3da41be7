import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { longLivedConnections, remoteHostRules } from './connection';

/** The label that istiod puts on every endpoint, after the cluster that it runs in. */
const CLUSTER_LABEL = 'topology.istio.io/cluster';

/** The props of DiscoveredServiceRule. */
export interface DiscoveredServiceRuleProps {
  /** The Service's host, such as `helloworld.demo.svc.cluster.local`. */
  readonly host: string;
  /** The name of the DestinationRule: a DNS name. */
  readonly name: string;
  /**
   * The clusters whose endpoints become a subset of the cluster's name.
   * https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/#partitioning-services
   * @default - none
   */
  readonly subsets?: readonly string[];
  /**
   * The namespaces in which the rule holds; `.` is its own namespace.
   * @default - its own namespace
   */
  readonly exportTo?: readonly string[];
  /**
   * The time without traffic after which a proxy closes a connection, in seconds: 0 to 31536000. With 0 no
   * proxy closes it. Istio's own default is 3600.
   * @default 86400
   */
  readonly idleTimeoutSeconds?: number;
  /**
   * The namespace of the DestinationRule.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<DiscoveredServiceRuleProps> = {
  host: rules.dnsName,
  name: rules.dnsName,
  subsets: rules.optional(rules.listOf(rules.dnsLabel())),
  exportTo: rules.optional(rules.listOf(rules.text, 1)),
  idleTimeoutSeconds: remoteHostRules.idleTimeoutSeconds,
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * The DestinationRule of a discovered Service. It sets the idle timeout, and it makes a subset for each
 * cluster whose endpoints are to be addressed by themselves. A gateway that forwards to such a subset needs
 * the same subsets: a rule with the gateway's namespace in `exportTo`.
 */
export class DiscoveredServiceRule extends Construct {
  /** The Service's host. */
  public readonly host: string;
  /** The clusters whose endpoints are a subset. */
  public readonly subsets: readonly string[];
  /** The name of the DestinationRule. */
  public readonly name: string;
  /** The namespace of the DestinationRule; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: DiscoveredServiceRuleProps) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { host, name, namespace = Chart.of(this).namespace, exportTo = ['.'], subsets = [] } = sound;
    this.host = host;
    this.subsets = subsets;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.DestinationRule(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        host,
        exportTo: [...exportTo],
        trafficPolicy: { connectionPool: longLivedConnections(props) },
        subsets: subsets.length > 0 ? subsets.map(clusterSubset) : undefined,
      },
    });
  }
}

function clusterSubset(cluster: string) {
  return { name: cluster, labels: { [CLUSTER_LABEL]: cluster } };
}
