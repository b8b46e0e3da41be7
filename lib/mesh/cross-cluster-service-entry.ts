import { isIP } from 'node:net';
import { Construct } from 'constructs';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import {
  longLivedConnections,
  portName,
  type RemoteHostProps,
  remoteHostRules,
  servicePort,
} from './connection';

export interface CrossClusterServiceEntryProps extends RemoteHostProps {
  /** The host that callers dial: the remote pod's or Service's own name, or an alias. One, because TCP ports allow no more. */
  readonly host: string;
  /** Where the other cluster's east-west gateway is reached: an IP address or a DNS name. */
  readonly gatewayAddress: string;
  /**
   * The gateway's port.
   * @default 15443
   */
  readonly gatewayPort?: number;
  /**
   * The SPIFFE identity that the server must prove, e.g. `spiffe://cluster.local/ns/wookie/sa/db-pxc`.
   * @default - any identity that the mesh's root has signed
   */
  readonly serverIdentity?: string;
  /**
   * The host by which the other cluster's gateway knows the server, where `host` is an alias.
   * @default - the host itself
   */
  readonly sourceSni?: string;
  /**
   * The name of the ServiceEntry and DestinationRule: a DNS name.
   * @default - the host
   */
  readonly name?: string;
  /**
   * The namespace whose pods may dial the host; the host is visible in no other.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<CrossClusterServiceEntryProps> = {
  host: rules.dnsName,
  gatewayAddress: rules.address,
  gatewayPort: rules.optional(rules.portNumber),
  serverIdentity: rules.optional({
    must: "be a SPIFFE identity such as 'spiffe://cluster.local/ns/demo/sa/default'",
    advice: 'give the trust domain, namespace and service account of the server',
    holds: (value) =>
      typeof value === 'string' && /^spiffe:\/\/[^/\s]+\/ns\/[^/\s]+\/sa\/[^/\s]+$/.test(value),
  }),
  sourceSni: rules.optional({
    must: "be the SNI of an AUTO_PASSTHROUGH chain, such as 'outbound_.3306_._.db-0.db.demo.svc.cluster.local'",
    advice: "take OfferedHost.sni, or spell port and host of the other cluster's entry",
    holds: (value) => typeof value === 'string' && /^outbound_\.\d+_\._\.[a-z0-9.-]+$/.test(value),
  }),
  name: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
  ...remoteHostRules,
};

/**
 * The consumer's side of a remote host: a name, an address of its own in the mesh's DNS, and the other cluster's
 * gateway behind it. Its twin in the other cluster is OfferedServiceEntry; without it the gateway has no route.
 */
export class CrossClusterServiceEntry extends Construct {
  constructor(scope: Construct, id: string, props: CrossClusterServiceEntryProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const metadata = { name: props.name ?? props.host, namespace: props.namespace };

    new k8s.ServiceEntry(this, 'Resource', {
      metadata,
      spec: {
        hosts: [props.host],
        exportTo: ['.'],
        location: k8s.ServiceEntryLocation.MESH_UNDERSCORE_INTERNAL,
        resolution: isIP(props.gatewayAddress)
          ? k8s.ServiceEntryResolution.STATIC
          : k8s.ServiceEntryResolution.DNS,
        ports: [servicePort(props)],
        subjectAltNames: props.serverIdentity ? [props.serverIdentity] : undefined,
        endpoints: [
          {
            address: props.gatewayAddress,
            ports: { [portName(props)]: props.gatewayPort ?? 15443 },
            // Says that Istio's mTLS is spoken there. Without it the proxy sends plain bytes, and no SNI for the
            // gateway to route by.
            labels: { 'security.istio.io/tlsMode': 'istio' },
          },
        ],
      },
    });
    new k8s.DestinationRule(this, 'DestinationRule', {
      metadata,
      spec: {
        host: props.host,
        exportTo: ['.'],
        trafficPolicy: {
          // No outlierDetection: the gateway is the only endpoint, and ejecting it would be a total outage.
          connectionPool: longLivedConnections(props),
          tls: props.sourceSni ? aliasTls(props.sourceSni, props.serverIdentity) : undefined,
        },
      },
    });
  }
}

// An alias is unknown to the other cluster, so the proxy asks its gateway for the real host instead.
function aliasTls(sni: string, identity?: string): k8s.ClientTlsSettings {
  return {
    mode: k8s.ClientTlsMode.ISTIO_UNDERSCORE_MUTUAL,
    sni,
    subjectAltNames: identity ? [identity] : undefined,
  };
}
