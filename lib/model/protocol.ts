/**
 * The protocol of an offered port. Istio chooses a proxy's filters by it. MySQL, and other protocols in which
 * the server sends the first byte, must be declared as TCP: with HTTP or protocol detection such connections
 * fail.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export enum Protocol {
  /** HTTP/1.1 without TLS of its own. */
  HTTP = 'http',
  /** HTTP/2 without TLS of its own. */
  HTTP2 = 'http2',
  /** gRPC without TLS of its own. */
  GRPC = 'grpc',
  /** Any other byte stream, such as a database's protocol. */
  TCP = 'tcp',
}
