import { Construct } from 'constructs';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';
import type { IngressGateway } from './ingress-gateway';

export interface IngressRouteProps {
  /** The ingress gateway that is entered. */
  readonly gateway: IngressGateway;
  /** The name that clients ask for, such as `helloworld.localhost`. */
  readonly host: string;
  /** The host that it leads to, such as `helloworld.sample.svc.cluster.local`; in whichever cluster it is. */
  readonly service: string;
  /** The port of that host. */
  readonly port: number;
  /**
   * The Secret of type kubernetes.io/tls, in the gateway's namespace, with the certificate for `host`: asked for over HTTPS then.
   * @default - none: plain HTTP
   */
  readonly tlsSecretName?: string;
  /**
   * The name of the Gateway and VirtualService: a DNS label.
   * @default - the host, with dashes for dots
   */
  readonly name?: string;
  /** Their namespace. */
  readonly namespace: string;
}

const propsRules: rules.Rules<IngressRouteProps> = {
  gateway: {
    must: 'be an IngressGateway',
    advice: "pass the construct that new IngressGateway(chart, 'ingress') gave",
    holds: (value) => rules.podLabels.holds((value as IngressGateway | null)?.selector),
  },
  host: rules.dnsName,
  service: rules.dnsName,
  port: rules.portNumber,
  tlsSecretName: rules.optional(rules.dnsName),
  name: rules.optional(rules.dnsLabel()),
  namespace: rules.dnsLabel(),
};

/** What an ingress gateway leads to. */
export class IngressRoute extends Construct {
  constructor(scope: Construct, id: string, props: IngressRouteProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { gateway, host, service, port, tlsSecretName, namespace } = props;
    const name = props.name ?? host.replaceAll('.', '-');
    const metadata = { name, namespace };
    new k8s.Gateway(this, 'Resource', {
      metadata,
      spec: {
        selector: gateway.selector,
        servers: [
          tlsSecretName
            ? {
                port: { number: 443, name: 'https', protocol: 'HTTPS' },
                tls: { mode: k8s.GatewayTlsMode.SIMPLE, credentialName: tlsSecretName },
                hosts: [host],
              }
            : { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host] },
        ],
      },
    });
    new k8s.VirtualService(this, 'Route', {
      metadata,
      spec: {
        hosts: [host],
        gateways: [name],
        http: [{ route: [{ destination: { host: service, port: { number: port } } }] }],
      },
    });
  }
}
