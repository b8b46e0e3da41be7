import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { Protocol } from '../model/protocol';
import { InvalidInputError } from '../rules/field-error';
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
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: PartitionedServiceHostProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { host, namespace, port } = props;
    const metadata = { name: props.name ?? host, namespace };

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
