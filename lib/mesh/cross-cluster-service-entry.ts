import { isIP } from 'node:net';
import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import { serverIdentity as serverIdentityRule } from '../rules/identity';
import * as rules from '../rules/rules';
import {
  longLivedConnections,
  portName,
  type RemoteHostProps,
  remoteHostRules,
  servicePort,
} from './connection';

/** An address at which a host of another cluster is reached. */
export interface RemoteEndpoint {
  /** An IP address or a DNS name. */
  readonly address: string;
  /**
   * The port at the address.
   * @default 15443
   */
  readonly port?: number;
}

const endpointRules: rules.Rules<RemoteEndpoint> = {
  address: rules.address,
  port: rules.optional(rules.portNumber),
};

/** The props of CrossClusterServiceEntry. */
export interface CrossClusterServiceEntryProps extends RemoteHostProps {
  /**
   * The host that callers dial: the name of a pod or Service of the other cluster, or an alias. A
   * ServiceEntry for TCP has one host only, because the proxy tells TCP hosts apart by their address.
   */
  readonly host: string;
  /**
   * The addresses at which the host is reached: those of the other cluster's east-west gateway, or of its
   * nodes with a node port. At least one.
   */
  readonly endpoints: readonly RemoteEndpoint[];
  /**
   * Whether callers use the mesh's mutual TLS. With false Istio treats the host as outside the mesh: nothing
   * is encrypted, and no identity is checked.
   * @default true
   */
  readonly mutualTls?: boolean;
  /**
   * The virtual address that the host resolves to: an IP address that nothing else has, and no other host.
   * @default - istiod allocates one from 240.240.0.0/16
   */
  readonly address?: string;
  /**
   * The SPIFFE identity that the server must have, such as `spiffe://cluster.local/ns/wookie/sa/db-pxc`.
   * @default - none: every identity under the mesh's root is accepted
   */
  readonly serverIdentity?: string;
  /**
   * The SNI by which the other cluster's gateway knows the server, such as
   * `outbound_.3306_._.db-0.db.demo.svc.cluster.local`. Give it where `host` is an alias; OfferedHost.sni has
   * it.
   * @default - the SNI of `host`
   */
  readonly sourceSni?: string;
  /**
   * The name of the ServiceEntry and the DestinationRule: a DNS name.
   * @default - the host
   */
  readonly name?: string;
  /**
   * The namespace whose pods may dial the host. The host is visible in no other namespace.
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
    expected:
      "be the SNI of an AUTO_PASSTHROUGH chain, such as 'outbound_.3306_._.db-0.db.demo.svc.cluster.local'",
    hint: "take OfferedHost.sni, or spell port and host of the other cluster's entry",
    holds: (value) => typeof value === 'string' && /^outbound_\.\d+_\._\.[a-z0-9.-]+$/.test(value),
  }),
  name: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
  ...remoteHostRules,
};

/**
 * The callers' side of a host in another cluster: a ServiceEntry and a DestinationRule in the callers'
 * namespace. The other cluster needs the counterpart: an OfferedServiceEntry where callers come through its
 * gateway, a NodePortService where they come by node port.
 */
export class CrossClusterServiceEntry extends Construct {
  /** The host that callers dial. */
  public readonly host: string;
  /** The port that callers dial. */
  public readonly port: number;
  /** The name of the ServiceEntry and the DestinationRule. */
  public readonly name: string;
  /** The namespace whose pods may dial the host; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: CrossClusterServiceEntryProps) {
    super(scope, id);
    const { host, port, name = host, namespace = Chart.of(this).namespace } = soundProps(props, propsRules);
    this.host = host;
    this.port = port;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const metadata = { name, namespace };
    const mutualTls = props.mutualTls ?? true;
    const { serverIdentity } = props;

    new k8s.ServiceEntry(this, 'Resource', {
      metadata,
      spec: {
        hosts: [host],
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
        host,
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
