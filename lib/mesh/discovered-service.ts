import { Construct } from 'constructs';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import { longLivedConnections } from './connection';

export interface DiscoveredServiceProps {
  /** The Service's host, such as `helloworld.demo.svc.cluster.local`. */
  readonly host: string;
  /** The name of the DestinationRule: a DNS name. */
  readonly name: string;
  /**
   * The namespaces that it is for; `.` is its own.
   * @default - its own
   */
  readonly exportTo?: string[];
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

const propsRules: rules.Rules<DiscoveredServiceProps> = {
  host: rules.dnsName,
  name: rules.dnsName,
  exportTo: rules.optional(rules.listOf(rules.text, 1)),
  idleTimeoutSeconds: rules.optional(rules.integer(0, 31_536_000, 'give seconds, up to a year')),
  namespace: rules.optional(rules.dnsLabel()),
};

/** What a Service that is found by discovery still needs to be told: how long its quiet connections live. */
export class DiscoveredService extends Construct {
  constructor(scope: Construct, id: string, props: DiscoveredServiceProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { host, name, namespace, exportTo = ['.'] } = props;
    new k8s.DestinationRule(this, 'Resource', {
      metadata: { name, namespace },
      spec: { host, exportTo, trafficPolicy: { connectionPool: longLivedConnections(props) } },
    });
  }
}
