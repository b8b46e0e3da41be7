import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import type { IngressGateway } from './ingress-gateway';

/** The props of IngressRoute. */
export interface IngressRouteProps {
  /** The ingress gateway through which clients come. */
  readonly gateway: IngressGateway;
  /** The host that clients request, such as `helloworld.localhost`. */
  readonly host: string;
  /**
   * The host of the Service, such as `helloworld.sample.svc.cluster.local`. The Service may be in any cluster
   * of the mesh.
   */
  readonly service: string;
  /** The Service's port. */
  readonly port: number;
  /**
   * The Secret of type kubernetes.io/tls with the certificate for `host`, in the gateway's namespace. With it
   * the gateway serves HTTPS, without it plain HTTP.
   * @default - none: plain HTTP
   */
  readonly tlsSecretName?: string;
  /**
   * The name of the Gateway and the VirtualService: a DNS label.
   * @default - the host, with `-` for `.`
   */
  readonly name?: string;
  /** The namespace of the Gateway and the VirtualService. */
  readonly namespace: string;
}

const propsRules: rules.Rules<IngressRouteProps> = {
  gateway: {
    expected: 'be an IngressGateway',
    hint: "pass the construct that new IngressGateway(chart, 'ingress') gave",
    // of a gateway that has errors too, whose selector is then a default: its errors are reported by itself
    holds: (value) => rules.podLabels.holds((value as IngressGateway | null)?.selector),
  },
  host: rules.dnsName,
  service: rules.dnsName,
  port: rules.portNumber,
  tlsSecretName: rules.optional(rules.dnsName),
  name: rules.optional(rules.dnsLabel()),
  namespace: rules.dnsLabel(),
};

/** A host of an ingress gateway and the Service to which it leads: a Gateway and a VirtualService. */
export class IngressRoute extends Construct {
  /** The host that clients request. */
  public readonly host: string;
  /** The name of the Gateway and the VirtualService. */
  public readonly name: string;
  /** The namespace of the Gateway and the VirtualService. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: IngressRouteProps) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { gateway, host, service, port, tlsSecretName, namespace } = sound;
    const { name = host?.replaceAll('.', '-') } = sound;
    this.host = host;
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
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
