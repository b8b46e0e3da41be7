import { dump } from 'js-yaml';
import { PORTS } from './names';

/**
 * Galera's own ports: group communication, incremental and full state transfer. A node takes a peer's address from
 * its socket, and proxied connections all come from 127.0.0.6, so these bypass the proxy in both directions.
 * (linkerd/linkerd2#5913, istio/istio#38655)
 */
const GALERA_PORTS = PORTS.galera.join(',');

/** What PXC pods need beside an injected sidecar; 3306 and 33062 stay in the mesh. */
export function meshAnnotations(): { [key: string]: string } {
  return {
    ...proxyAnnotations(),
    'traffic.sidecar.istio.io/excludeInboundPorts': GALERA_PORTS,
    'traffic.sidecar.istio.io/excludeOutboundPorts': GALERA_PORTS,
  };
}

/**
 * The proxy of every pod on the way to MySQL: up before the application that dials through it, and without the hour
 * after which it would close a quiet connection.
 * https://istio.io/latest/docs/reference/config/annotations/#ProxyConfig
 */
export function proxyAnnotations(): { [key: string]: string } {
  return {
    'proxy.istio.io/config': dump({
      holdApplicationUntilProxyStarts: true,
      proxyMetadata: { ISTIO_META_IDLE_TIMEOUT: '24h' },
    }),
  };
}
