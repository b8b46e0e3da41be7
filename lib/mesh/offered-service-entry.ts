import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { InvalidInputError } from '../rules/field-error';
import * as rules from '../rules/rules';
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
   * inside the cluster still use Kubernetes' own Services.
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
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: OfferedServiceEntryProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const metadata = { name: props.name ?? props.host, namespace: props.namespace };
    const exportTo = [props.gatewayNamespace ?? 'istio-system'];

    new k8s.ServiceEntry(this, 'Resource', {
      metadata,
      spec: {
        hosts: [props.host],
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
      spec: { host: props.host, exportTo, trafficPolicy: { connectionPool: longLivedConnections(props) } },
    });
  }
}
