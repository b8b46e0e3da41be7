import { EastWestGateway, type EastWestGatewayProps } from '../../lib';
import { constructRefusal, ofKind, only, synth } from '../support/objects';

const MINIMAL: EastWestGatewayProps = {
  network: 'network1',
  hosts: ['hello-0.hello.demo.svc.cluster.local'],
};
const gateway = (more: Partial<EastWestGatewayProps> = {}) =>
  synth((chart) => new EastWestGateway(chart, 'gateway', { ...MINIMAL, ...more }));

test('a gateway from nothing but network and hosts is a whole installation in istio-system', () => {
  const objects = gateway();
  expect(objects.map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'Deployment',
    'HorizontalPodAutoscaler',
    'PodDisruptionBudget',
    'Service',
    'Gateway',
  ]);
  expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['istio-system']));
});

test('it passes on what arrives on 15443 for the given hosts, and for nothing else', () => {
  const { spec } = only(gateway({ hosts: ['a.example', 'b.example'] }), 'Gateway');
  expect(spec.servers).toEqual([
    {
      port: { number: 15443, name: 'tls', protocol: 'TLS' },
      tls: { mode: 'AUTO_PASSTHROUGH' },
      hosts: ['a.example', 'b.example'],
    },
  ]);
});

test('*.local is there only where it was asked for by name', () => {
  expect(JSON.stringify(gateway())).not.toContain('*.local');
  expect(only(gateway({ hosts: ['*.local'] }), 'Gateway').spec.servers[0].hosts).toEqual(['*.local']);
});

test('Istio injects the proxy from its gateway template, for the one network', () => {
  const { template } = only(gateway(), 'Deployment').spec;
  expect(template.metadata.annotations).toEqual({ 'inject.istio.io/templates': 'gateway' });
  expect(template.metadata.labels).toMatchObject({
    istio: 'eastwestgateway',
    'sidecar.istio.io/inject': 'true',
    'topology.istio.io/network': 'network1',
  });
  expect(template.spec.containers).toHaveLength(1);
  expect(template.spec.containers[0]).toMatchObject({
    name: 'istio-proxy',
    image: 'auto',
    env: [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: 'network1' }],
    securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  });
});

test('its Service says which network it leads into and carries health and mutual TLS alone', () => {
  const service = only(gateway(), 'Service');
  expect(service.metadata.labels['topology.istio.io/network']).toBe('network1');
  expect(service.spec.type).toBe('LoadBalancer');
  expect(service.spec.ports.map((port: { name: string; port: number }) => [port.name, port.port])).toEqual([
    ['tcp-status', 15021],
    ['tls', 15443],
  ]);
});

test('Service, Deployment, budget and Gateway select the same pods', () => {
  const objects = gateway({ name: 'ew' });
  const { labels } = only(objects, 'Deployment').spec.template.metadata;
  const selectors = [
    only(objects, 'Service').spec.selector,
    only(objects, 'Deployment').spec.selector.matchLabels,
    only(objects, 'PodDisruptionBudget').spec.selector.matchLabels,
    only(objects, 'Gateway').spec.selector,
  ];
  for (const selector of selectors) expect(labels).toMatchObject(selector);
});

test('its account has no rights, and its pods no token for the Kubernetes API', () => {
  const objects = gateway();
  expect([...ofKind(objects, 'Role'), ...ofKind(objects, 'RoleBinding')]).toEqual([]);
  expect(only(objects, 'Deployment').spec.template.spec).toMatchObject({
    serviceAccountName: 'istio-eastwestgateway',
    automountServiceAccountToken: false,
  });
});

test('a node that has the proxy’s image does not ask a registry for it', () => {
  const [container] = only(gateway(), 'Deployment').spec.template.spec.containers;
  expect(container).toMatchObject({ image: 'auto', imagePullPolicy: 'IfNotPresent' });
});

test('replicas are scaled from 2 to 5 unless fixed, and a scaled Deployment names no number', () => {
  const scaled = gateway();
  expect(only(scaled, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 2, maxReplicas: 5 });
  expect(only(scaled, 'Deployment').spec).not.toHaveProperty('replicas');
  const fixed = gateway({ replicas: 3 });
  expect(ofKind(fixed, 'HorizontalPodAutoscaler')).toEqual([]);
  expect(only(fixed, 'Deployment').spec.replicas).toBe(3);
});

test.each([
  ['one fixed replica', { replicas: 1 }, 0],
  ['two fixed replicas', { replicas: 2 }, 1],
  ['scaling from one', { minReplicas: 1 }, 0],
  ['scaling from two', { minReplicas: 2 }, 1],
])('with %s the disruption budgets are %#', (_, more, budgets) => {
  expect(ofKind(gateway(more), 'PodDisruptionBudget')).toHaveLength(budgets);
});

test('replicas are spread over nodes and zones, without refusing to run where they cannot be', () => {
  const { topologySpreadConstraints } = only(gateway(), 'Deployment').spec.template.spec;
  expect(
    topologySpreadConstraints.map((one: { topologyKey: string; whenUnsatisfiable: string }) => [
      one.topologyKey,
      one.whenUnsatisfiable,
    ]),
  ).toEqual([
    ['kubernetes.io/hostname', 'ScheduleAnyway'],
    ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
  ]);
});

test('every prop arrives where it belongs', () => {
  const props: Required<Omit<EastWestGatewayProps, 'replicas'>> = {
    network: 'net-x',
    hosts: ['x.example'],
    name: 'ew',
    namespace: 'gateways',
    revision: 'canary',
    serviceType: 'LoadBalancer',
    serviceAnnotations: { 'example.com/internal': 'true' },
    loadBalancerClass: 'example.com/nlb',
    externalTrafficPolicy: 'Local',
    loadBalancerSourceRanges: ['10.0.0.0/8', '2001:db8::/32'],
    exposesIstiod: true,
    minReplicas: 3,
    maxReplicas: 9,
    cpuRequest: '1',
    memoryRequest: '1Gi',
    cpuLimit: '4',
    memoryLimit: '2Gi',
  };
  const objects = gateway(props);
  expect(only(objects, 'Service')).toMatchObject({
    metadata: { name: 'ew', namespace: 'gateways', annotations: { 'example.com/internal': 'true' } },
    spec: {
      type: 'LoadBalancer',
      loadBalancerClass: 'example.com/nlb',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['10.0.0.0/8', '2001:db8::/32'],
      ports: [{ port: 15021 }, { port: 15443 }, { port: 15012 }, { port: 15017 }],
    },
  });
  const { template } = only(objects, 'Deployment').spec;
  expect(template.metadata.labels['istio.io/rev']).toBe('canary');
  expect(template.spec.containers[0].resources).toEqual({
    requests: { cpu: '1', memory: '1Gi' },
    limits: { cpu: '4', memory: '2Gi' },
  });
  expect(only(objects, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 3, maxReplicas: 9 });
});

test('a construct says all that is wrong with it, by its path', () => {
  const build = () =>
    constructRefusal(
      (chart) =>
        new EastWestGateway(chart, 'gateway', {
          network: '',
          hosts: [],
          serviceType: 'Ingress',
          minReplicas: 6,
          maxReplicas: 5,
        }),
    );
  expect(build()).toEqual([
    "[test/gateway] network: must be a label value of 1 to 63 characters (letters, digits, -, _ and .), got ''; choose such a value",
    "[test/gateway] hosts: must be a list of at least 1 values that each be a DNS name, or a wildcard such as '*.local', got []; list the hosts that are offered",
    "[test/gateway] serviceType: must be one of 'LoadBalancer', 'NodePort', 'ClusterIP', got 'Ingress'; choose one of them",
    '[test/gateway] minReplicas: must be at most maxReplicas (5), got 6; lower it or raise maxReplicas',
  ]);
});

test('its pods bear the names that telemetry calls them by, which istioctl validate asks for in any namespace', () => {
  const { spec } = only(
    synth((chart) => new EastWestGateway(chart, 'gw', { network: 'n', hosts: ['a.b'], name: 'gw' }), 'mesh'),
    'Deployment',
  );
  expect(spec.template.metadata.labels).toMatchObject({
    'service.istio.io/canonical-name': 'gw',
    'service.istio.io/canonical-revision': 'latest',
  });
  expect(spec.selector.matchLabels).toEqual({ app: 'gw', istio: 'eastwestgateway' });
});
