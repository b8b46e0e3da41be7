import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../../kinds';
import { podsHere, podsIn, tcp } from '../../network-policy/peers';
import { hasErrors, soundProps } from '../../rules/construct-errors';
import * as rules from '../../rules/rules';
import { keepAnnotations } from '../../well-known/keep-annotations';
import * as pxc from './names';
import { PXC_NAME_RULE } from './settings';

/** The props of PxcNetworkPolicy. */
export interface PxcNetworkPolicyProps {
  /** The PerconaXtraDBCluster's name: a DNS label of at most 22 characters. */
  readonly name: string;
  /**
   * Further namespaces of the cluster whose pods may connect to MySQL. Pods of the database's own namespace
   * always may.
   * @default - none
   */
  readonly clientNamespaces?: readonly string[];
  /**
   * The namespace of Percona's operator.
   * @default - the database's own namespace
   */
  readonly operatorNamespace?: string;
  /**
   * The database's namespace.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<PxcNetworkPolicyProps> = {
  name: PXC_NAME_RULE,
  clientNamespaces: rules.optional(rules.listOf(rules.dnsLabel())),
  operatorNamespace: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * The NetworkPolicies of a PerconaXtraDBCluster's pods in a default-deny namespace. Clients may dial MySQL.
 * Percona's operator may dial MySQL and the administrative port. The database's own pods may dial one another
 * on Galera's ports too. An OfferedNetworkPolicy lets callers of other clusters in. The default child is the
 * NetworkPolicy of the MySQL pods.
 * https://docs.percona.com/percona-operator-for-mysql/pxc/services.html
 */
export class PxcNetworkPolicy extends Construct {
  /** The name of the NetworkPolicy of the MySQL pods. */
  public readonly name: string;
  /** The name of the NetworkPolicy of the HAProxy pods. */
  public readonly haproxyName: string;
  /** The namespace of the database; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: PxcNetworkPolicyProps) {
    super(scope, id);
    const { name, namespace = Chart.of(this).namespace } = soundProps(props, propsRules);
    this.name = pxc.statefulSet(name);
    this.haproxyName = pxc.haproxy(name);
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const { operatorNamespace, clientNamespaces = [] } = props;
    const clients = [podsHere(), ...clientNamespaces.map((client) => podsIn(client))];
    const operator = operatorNamespace
      ? podsIn(operatorNamespace, pxc.OPERATOR_LABELS)
      : podsHere(pxc.OPERATOR_LABELS);
    // backup pods too: they join Galera to receive a state
    const members = podsHere(pxc.memberLabels(name));
    const { mysql, mysqlReplicas, proxyProtocol, mysqlx, admin, galera } = pxc.PORTS;

    this.policy('Resource', this.name, pxc.podLabels(name), [
      { from: clients, ports: tcp(mysql) },
      { from: [members], ports: tcp(mysqlx, ...galera) },
      // the operator's users go to 3306, or to 33062 where proxy_protocol_networks is set (pkg/controller/pxc/users.go, getUserManager)
      { from: [members, operator], ports: tcp(mysql, admin) },
    ]);
    this.policy('Haproxy', this.haproxyName, pxc.haproxyPodLabels(name), [
      { from: clients, ports: tcp(mysql, mysqlReplicas, proxyProtocol, mysqlx) },
      // it asks HAProxy for the primary, by the same ports (pkg/pxc/pxc.go, GetPrimaryPod)
      { from: [members, operator], ports: tcp(mysql, admin) },
    ]);
  }

  private policy(
    id: string,
    name: string,
    matchLabels: { [key: string]: string },
    ingress: k8s.NetworkPolicyIngressRule[],
  ): void {
    const { namespace } = this;
    new k8s.NetworkPolicy(this, id, {
      // as the database itself: one that was left out of the fleet still has its clients, and nobody else
      metadata: { name, namespace, annotations: keepAnnotations() },
      spec: { podSelector: { matchLabels }, policyTypes: ['Ingress'], ingress },
    });
  }
}
