import { Protocol } from '../model/protocol';
import * as rules from '../rules/rules';

/** The props of a port that several objects name. */
export interface RemotePortProps {
  /**
   * The port that callers dial and on which the pod listens: 1 to 65535, but none of the ports that Istio's
   * proxy uses itself (15000, 15001, 15006, 15090 and others).
   * https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
   */
  readonly port: number;
  /** The protocol of the port. */
  readonly protocol: Protocol;
  /**
   * The port's name: a DNS label of at most 15 characters.
   * @default - the protocol
   */
  readonly portName?: string;
}

/** The props that must be the same in both clusters of a host that callers of another cluster dial. */
export interface RemoteHostProps extends RemotePortProps {
  /**
   * The time without traffic after which a proxy closes a connection, in seconds: 0 to 31536000. With 0 no
   * proxy closes it. Istio's own default is 3600.
   * @default 86400
   */
  readonly idleTimeoutSeconds?: number;
}

export const remotePortRules: rules.Rules<RemotePortProps> = {
  port: rules.podPort,
  protocol: rules.oneOf(Object.values(Protocol)),
  portName: rules.optional(rules.dnsLabel(15)),
};

export const remoteHostRules: rules.Rules<RemoteHostProps> = {
  ...remotePortRules,
  idleTimeoutSeconds: rules.optional(rules.integer(0, 31_536_000, 'give seconds, up to a year')),
};

/** The port as a ServiceEntry writes it. */
export function servicePort(props: RemotePortProps): { number: number; name: string; protocol: string } {
  return { number: props.port, name: portName(props), protocol: props.protocol.toUpperCase() };
}

export function portName(props: RemotePortProps): string {
  return props.portName ?? props.protocol;
}

/**
 * What keeps a quiet connection open and finds a dead one: Istio closes TCP connections after an hour without a byte,
 * and a gateway that vanished says nothing, so the kernel probes it after a minute, six times, ten seconds apart.
 * https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings
 */
export function longLivedConnections(props: Pick<RemoteHostProps, 'idleTimeoutSeconds'>) {
  return {
    tcp: {
      idleTimeout: `${props.idleTimeoutSeconds ?? 86_400}s`,
      tcpKeepalive: { time: '60s', interval: '10s', probes: 6 },
    },
  };
}
