import { Protocol } from '../fleet/protocol';
import * as rules from '../fleet/rules';

/** A port, as everything that leads to it must say alike. */
export interface RemotePortProps {
  /** The port that callers dial and the pod listens on: none of those that Istio's proxy keeps for itself (15000, 15001 and on). */
  readonly port: number;
  /** What the port speaks. */
  readonly protocol: Protocol;
  /**
   * The port's name.
   * @default - the protocol
   */
  readonly portName?: string;
}

/** What both sides of a remote host must say alike. */
export interface RemoteHostProps extends RemotePortProps {
  /**
   * After how many seconds without a byte a connection is closed; 0 means never. Istio's own default is 3600.
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
