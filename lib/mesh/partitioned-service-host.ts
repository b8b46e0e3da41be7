import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { Protocol } from '../model/protocol';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { type RemotePortProps, remotePortRules, servicePort } from './connection';

/** The props of PartitionedServiceHost. */
export interface PartitionedServiceHostProps extends RemotePortProps {
  /**
   * The host that callers dial, such as `helloworld.demo.svc.cluster-b.global`: a DNS name outside
   * `cluster.local`.
   */
  readonly host: string;
  /** The Service's own host, such as `helloworld.demo.svc.cluster.local`. */
  readonly service: string;
  /**
   * The cluster whose pods answer. A DiscoveredServiceRule in the same namespace must have it as a subset.
   */
  readonly clusterName: string;
  /**
   * The name of the ServiceEntry and the VirtualService: a DNS name.
   * @default - the host
   */
  readonly name?: string;
  /**
   * The namespace whose pods may dial the host. The host is visible in no other namespace.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<PartitionedServiceHostProps> = {
  host: rules.aliasName,
  service: rules.dnsName,
  clusterName: rules.dnsLabel(),
  name: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
  ...remotePortRules,
};

/**
 * A host for the endpoints of one cluster of a Service that several clusters have: a ServiceEntry and a
 * VirtualService. Under the Service's own host the mesh balances over the endpoints of all clusters.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/#partitioning-services
 */
export class PartitionedServiceHost extends Construct {
  /** The host that callers dial. */
  public readonly host: string;
  /** The port that callers dial. */
  public readonly port: number;
  /** The name of the ServiceEntry and the VirtualService. */
  public readonly name: string;
  /** The namespace whose pods may dial the host; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: PartitionedServiceHostProps) {
    super(scope, id);
    const { host, port, name = host, namespace = Chart.of(this).namespace } = soundProps(props, propsRules);
    this.host = host;
    this.port = port;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const metadata = { name, namespace };

    // for the name and its address alone: with no endpoint of its own, it leads nowhere without the route below
    new k8s.ServiceEntry(this, 'Resource', {
      metadata,
      spec: {
        hosts: [host],
        exportTo: ['.'],
        location: k8s.ServiceEntryLocation.MESH_UNDERSCORE_INTERNAL,
        resolution: k8s.ServiceEntryResolution.STATIC,
        ports: [servicePort(props)],
      },
    });
    const { service, clusterName } = props;
    const route = [{ destination: { host: service, subset: clusterName, port: { number: port } } }];
    new k8s.VirtualService(this, 'Route', {
      metadata,
      spec: {
        hosts: [host],
        exportTo: ['.'],
        ...(props.protocol === Protocol.TCP ? { tcp: [{ route }] } : { http: [{ route }] }),
      },
    });
  }
}
