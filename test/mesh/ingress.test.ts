import type { Chart } from 'cdk8s';
import { IngressGateway, type IngressGatewayProps, IngressRoute } from '../../lib';
import { constructRefusal, ofKind, only, synth } from '../support/objects';

const gateway = (props: IngressGatewayProps = {}) =>
  synth((chart) => new IngressGateway(chart, 'ingress', props));
const route = (more: object = {}) =>
  synth((chart) => {
    const ingress = new IngressGateway(chart, 'ingress', { namespace: 'edge' });
    const props = {
      gateway: ingress,
      host: 'web.example.com',
      service: 'web.shop.svc.cluster.local',
      port: 8080,
    };
    new IngressRoute(chart, 'route', { ...props, namespace: 'edge', ...more });
  });

test('node ports lead to ports that an ordinary user may listen on', () => {
  const { spec } = only(
    gateway({ serviceType: 'NodePort', httpNodePort: 30080, httpsNodePort: 30443 }),
    'Service',
  );
  expect(
    spec.ports.map(({ port, targetPort, nodePort }: { [key: string]: number }) => [
      port,
      targetPort,
      nodePort,
    ]),
  ).toEqual([
    [15021, 15021, undefined],
    [80, 8080, 30080],
    [443, 8443, 30443],
  ]);
});

test('its proxies are injected, in a namespace of their own, and know no network', () => {
  const { metadata, spec } = only(gateway(), 'Deployment');
  expect(metadata.namespace).toBe('istio-ingress');
  expect(spec.template.metadata.annotations).toEqual({ 'inject.istio.io/templates': 'gateway' });
  expect(spec.template.metadata.labels).not.toHaveProperty(['topology.istio.io/network']);
  expect(spec.template.spec.containers[0]).not.toHaveProperty('env');
});

test('istiod may send it Secrets of its own namespace; its pods have no token to ask for them', () => {
  const objects = gateway({ namespace: 'edge' });
  expect(only(objects, 'Role')).toMatchObject({
    metadata: { name: 'istio-ingressgateway', namespace: 'edge' },
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'watch', 'list'] }],
  });
  expect(only(objects, 'RoleBinding')).toMatchObject({
    metadata: { namespace: 'edge' },
    roleRef: { kind: 'Role', name: 'istio-ingressgateway' },
    subjects: [{ kind: 'ServiceAccount', name: 'istio-ingressgateway', namespace: 'edge' }],
  });
  expect(only(objects, 'Deployment').spec.template.spec.automountServiceAccountToken).toBe(false);
});

test.each([
  ['named', undefined, { namespace: 'istio-system' }],
  ['its chart’s', 'istio-system', {}],
])('istio-system is refused, %s', (_, chartNamespace, props) => {
  expect(constructRefusal((chart) => new IngressGateway(chart, 'ingress', props), chartNamespace)).toEqual([
    "[test/ingress] namespace: must differ from 'istio-system', whose Secrets its account could read: the authority's key and the credentials of other clusters, got 'istio-system'; give it a namespace of its own, such as 'istio-ingress'",
  ]);
});

test('a route: the Gateway selects the proxies, the VirtualService leads on', () => {
  const objects = route();
  const { selector, servers } = only(objects, 'Gateway').spec;
  expect(only(objects, 'Deployment').spec.template.metadata.labels).toMatchObject(selector);
  expect(servers).toEqual([
    { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['web.example.com'] },
  ]);
  expect(only(objects, 'VirtualService')).toMatchObject({
    metadata: { name: 'web-example-com', namespace: 'edge' },
    spec: {
      hosts: ['web.example.com'],
      gateways: ['web-example-com'],
      http: [{ route: [{ destination: { host: 'web.shop.svc.cluster.local', port: { number: 8080 } } }] }],
    },
  });
});

test('over HTTPS, with a certificate that a Secret has', () => {
  expect(only(route({ tlsSecretName: 'web-cert' }), 'Gateway').spec.servers).toEqual([
    {
      port: { number: 443, name: 'https', protocol: 'HTTPS' },
      tls: { mode: 'SIMPLE', credentialName: 'web-cert' },
      hosts: ['web.example.com'],
    },
  ]);
});

test('another name for a second one', () => {
  const objects = synth((chart: Chart) => {
    new IngressGateway(chart, 'one', {});
    new IngressGateway(chart, 'two', { name: 'partners' });
  });
  expect(ofKind(objects, 'Service').map(({ spec }) => spec.selector)).toEqual([
    { app: 'istio-ingressgateway', istio: 'ingressgateway' },
    { app: 'partners', istio: 'partners' },
  ]);
});

test('refused: one node port for both, and ports that no node has', () => {
  const refused = (props: IngressGatewayProps) =>
    constructRefusal((chart) => new IngressGateway(chart, 'ingress', props));
  expect(refused({ httpNodePort: 30080, httpsNodePort: 30080 })).toEqual([
    '[test/ingress] httpsNodePort: must differ from httpNodePort, got 30080; give each a port of its own',
  ]);
  expect(refused({ httpNodePort: 80 })[0]).toMatch(
    /^\[test\/ingress\] httpNodePort: must be a whole number from 30000 to 32767/,
  );
  expect(
    constructRefusal(
      (chart) =>
        new IngressRoute(chart, 'r', {
          gateway: 'ingress' as never,
          host: 'a.b',
          service: 'c.d',
          port: 1,
          namespace: 'e',
        }),
    ),
  ).toEqual([
    "[test/r] gateway: must be an IngressGateway, got 'ingress'; pass the construct that new IngressGateway(chart, 'ingress') gave",
  ]);
});
