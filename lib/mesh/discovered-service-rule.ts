import { Construct } from 'constructs';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import { longLivedConnections, remoteHostRules } from './connection';

/** The label that istiod puts on every endpoint, after the cluster that it runs in. */
const CLUSTER_LABEL = 'topology.istio.io/cluster';

export interface DiscoveredServiceRuleProps {
  /** The Service's host, such as `helloworld.demo.svc.cluster.local`. */
  readonly host: string;
  /** The name of the DestinationRule: a DNS name. */
  readonly name: string;
  /**
   * Clusters whose endpoints can be asked for by themselves, as the subset of the cluster's name.
   * https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/#partitioning-services
   * @default - none
   */
  readonly subsets?: readonly string[];
  /**
   * The namespaces that it is for; `.` is its own.
   * @default - its own
   */
  readonly exportTo?: readonly string[];
  /**
   * After how many seconds without a byte a connection is closed; 0 means never. Istio's own default is 3600.
   * @default 86400
   */
  readonly idleTimeoutSeconds?: number;
  /**
   * Its namespace.
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
 * What a Service that is found by discovery still needs to be told: how long its quiet connections live, and which clusters'
 * parts of it have a name of their own. A gateway that such a part is reached through needs the same subsets.
 */
export class DiscoveredServiceRule extends Construct {
  constructor(scope: Construct, id: string, props: DiscoveredServiceRuleProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { host, name, namespace, exportTo = ['.'], subsets = [] } = props;
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
