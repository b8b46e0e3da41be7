import { isIP } from 'node:net';
import { Construct } from 'constructs';
import { serverIdentity as serverIdentityRule } from '../fleet/identity';
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

/** Where a remote host is reached. */
export interface RemoteEndpoint {
  /** An IP address or a DNS name. */
  readonly address: string;
  /**
   * The port there.
   * @default 15443
   */
  readonly port?: number;
}

const endpointRules: rules.Rules<RemoteEndpoint> = {
  address: rules.address,
  port: rules.optional(rules.portNumber),
};

export interface CrossClusterServiceEntryProps extends RemoteHostProps {
  /** The host that callers dial: the remote pod's or Service's own name, or an alias. One, because TCP ports allow no more. */
  readonly host: string;
  /** Where it is reached: the other cluster's east-west gateway, or its nodes and a node port. At least one. */
  readonly endpoints: readonly RemoteEndpoint[];
  /**
   * Whether the mesh's mutual TLS is spoken there. Without it the host counts as outside the mesh: nothing is encrypted and no
   * identity is checked.
   * @default true
   */
  readonly mutualTls?: boolean;
  /**
   * The virtual address that the host resolves to: one that nothing has, and no two hosts share.
   * @default - istiod gives one, of 240.240.0.0/16
   */
  readonly address?: string;
  /**
   * The SPIFFE identity that the server must prove, with `spiffe://`, e.g. `spiffe://cluster.local/ns/wookie/sa/db-pxc`.
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
  endpoints: rules.listOf(rules.objectWith(endpointRules), 1),
  mutualTls: rules.optional(rules.boolean),
  address: rules.optional(rules.ipAddress),
  serverIdentity: rules.optional(serverIdentityRule),
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
 * The consumer's side of a remote host: a name, an address of its own in the mesh's DNS, and the other cluster's gateway or
 * nodes behind it. Its twin in the other cluster is OfferedServiceEntry for a gateway, without which that has no route, and
 * NodePortService for nodes.
 */
export class CrossClusterServiceEntry extends Construct {
  constructor(scope: Construct, id: string, props: CrossClusterServiceEntryProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const metadata = { name: props.name ?? props.host, namespace: props.namespace };
    const mutualTls = props.mutualTls ?? true;
    const { serverIdentity } = props;

    new k8s.ServiceEntry(this, 'Resource', {
      metadata,
      spec: {
        hosts: [props.host],
        // one of its own: with the nodes' addresses here, hosts that share a node would be one listener, and one pod
        addresses: props.address ? [props.address] : undefined,
        exportTo: ['.'],
        location: mutualTls
          ? k8s.ServiceEntryLocation.MESH_UNDERSCORE_INTERNAL
          : k8s.ServiceEntryLocation.MESH_UNDERSCORE_EXTERNAL,
        resolution: props.endpoints.every(({ address }) => isIP(address))
          ? k8s.ServiceEntryResolution.STATIC
          : k8s.ServiceEntryResolution.DNS,
        ports: [servicePort(props)],
        subjectAltNames: mutualTls && serverIdentity ? [serverIdentity] : undefined,
        endpoints: props.endpoints.map(({ address, port = 15443 }) => ({
          address,
          ports: { [portName(props)]: port },
          // Says that Istio's mTLS is spoken there. Without it the proxy sends plain bytes, and no SNI for the
          // gateway to route by.
          labels: mutualTls ? { 'security.istio.io/tlsMode': 'istio' } : undefined,
        })),
      },
    });
    new k8s.DestinationRule(this, 'DestinationRule', {
      metadata,
      spec: {
        host: props.host,
        exportTo: ['.'],
        trafficPolicy: {
          // No outlierDetection: every endpoint leads to the same server, and ejecting them would be a total outage.
          connectionPool: longLivedConnections(props),
          tls: mutualTls ? aliasTls(props) : { mode: k8s.ClientTlsMode.DISABLE },
        },
      },
    });
  }
}

// An alias is unknown to the other cluster, so the proxy asks for the real host instead.
function aliasTls({
  sourceSni,
  serverIdentity,
}: CrossClusterServiceEntryProps): k8s.ClientTlsSettings | undefined {
  if (!sourceSni) return undefined;
  return {
    mode: k8s.ClientTlsMode.ISTIO_UNDERSCORE_MUTUAL,
    sni: sourceSni,
    subjectAltNames: serverIdentity ? [serverIdentity] : undefined,
  };
}
