/**
 * What an offered port speaks. Istio chooses filters by it, so MySQL and other protocols in which the server
 * speaks first must not be declared HTTP or left to detection.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export enum Protocol {
  HTTP = 'http',
  HTTP2 = 'http2',
  GRPC = 'grpc',
  /** Any byte stream, databases included. */
  TCP = 'tcp',
}
