import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { passthroughSni } from '../well-known/dns';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';
import { longLivedConnections, type RemoteHostProps, remoteHostRules, servicePort } from './connection';

/** The props of OfferedServiceEntry. */
export interface OfferedServiceEntryProps extends RemoteHostProps {
  /**
   * The host by which the gateway knows the pods. It is the host that callers dial, unless that is an alias.
   */
  readonly host: string;
  /** Labels that select the pods behind the host, in the entry's own namespace: at least one. */
  readonly podLabels: { [key: string]: string };
  /**
   * The namespace of the east-west gateway. The entry is visible in that namespace only, so that callers
   * inside the cluster still use Kubernetes' own Services. The default is that of EastWestGateway.
   * @default istio-system
   */
  readonly gatewayNamespace?: string;
  /**
   * The name of the ServiceEntry and the DestinationRule: a DNS name.
   * @default - the host
   */
  readonly name?: string;
  /**
   * The namespace of the pods.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<OfferedServiceEntryProps> = {
  host: rules.dnsName,
  podLabels: rules.podLabels,
  gatewayNamespace: rules.optional(rules.dnsLabel()),
  name: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
  ...remoteHostRules,
};

/**
 * The offering cluster's side of a host: a ServiceEntry and a DestinationRule that only the gateway sees.
 * Istio makes no service of a single pod of a StatefulSet, and a gateway has routes for services only
 * (istio/istio#38327). This construct makes the pod a service for the gateway.
 */
export class OfferedServiceEntry extends Construct {
  /** The host by which the gateway knows the pods: one of the `hosts` of EastWestGateway. */
  public readonly host: string;
  /** The port. */
  public readonly port: number;
  /**
   * The SNI by which callers of other clusters reach the pods: for OfferedWorkloadPolicy, and for the
   * `sourceSni` of a CrossClusterServiceEntry whose host is an alias.
   */
  public readonly sni: string;
  /** The namespace of the east-west gateway, the only one in which the entry is visible. */
  public readonly gatewayNamespace: string;
  /** The name of the ServiceEntry and the DestinationRule. */
  public readonly name: string;
  /** The namespace of the pods; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: OfferedServiceEntryProps) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { host, port, gatewayNamespace = ISTIO_NAMESPACE } = sound;
    const { name = host, namespace = Chart.of(this).namespace } = sound;
    this.host = host;
    this.port = port;
    this.sni = passthroughSni(port, host);
    this.gatewayNamespace = gatewayNamespace;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const metadata = { name, namespace };
    const exportTo = [gatewayNamespace];

    new k8s.ServiceEntry(this, 'Resource', {
      metadata,
      spec: {
        hosts: [host],
        exportTo,
        // MESH_EXTERNAL, the default, gets no route on an AUTO_PASSTHROUGH gateway
        location: k8s.ServiceEntryLocation.MESH_UNDERSCORE_INTERNAL,
        resolution: k8s.ServiceEntryResolution.STATIC,
        ports: [servicePort(props)],
        workloadSelector: { labels: props.podLabels },
      },
    });
    new k8s.DestinationRule(this, 'DestinationRule', {
      metadata,
      spec: { host, exportTo, trafficPolicy: { connectionPool: longLivedConnections(props) } },
    });
  }
}
