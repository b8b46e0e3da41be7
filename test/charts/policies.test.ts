import { Cluster, Fleet, FleetManifests, Naming, Offer, Protocol, type ServiceOfferProps } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { type AnyObject, ofKind } from '../support/objects';
import { objectsIn } from '../support/rendered';

const site = (name: string, network: string, address: string, more: object = {}) =>
  new Cluster({ name, network, gatewayAddress: address, apiServer: `https://${address}:6443`, ...more });

function serviceFleet(more: Partial<ServiceOfferProps> = {}, caller = 'front') {
  const east = site('east', 'lan', '203.0.113.1');
  const west = site('west', 'far', '203.0.113.2');
  const fleet = new Fleet({ meshId: 'm', clusters: [east, west], discovery: true });
  fleet.offer(
    Offer.service({
      from: east,
      namespace: 'shop',
      name: 'web',
      podLabels: { app: 'web' },
      port: 80,
      protocol: Protocol.HTTP,
      to: [west.namespace(caller)],
      ...more,
    }),
  );
  return { east, west, fleet };
}
const policy = (objects: AnyObject[], name: string): AnyObject => {
  const found = ofKind(objects, 'AuthorizationPolicy').filter(({ metadata }) => metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
};

describe('the container’s port, where it is not the Service’s', () => {
  const objects = () => objectsIn(serviceFleet({ targetPort: 8080 }).fleet, 'east');

  test('is what policies name', () => {
    const [{ to }, others] = policy(objects(), 'web').spec.rules;
    expect(to).toEqual([{ operation: { ports: ['8080'] } }]);
    expect(others.to).toEqual([{ operation: { notPorts: ['8080'] } }]);
    const [{ spec }] = ofKind(objects(), 'PeerAuthentication');
    expect(Object.keys(spec.portLevelMtls)).toEqual(['8080']);
  });

  test('is what NetworkPolicies name', () => {
    const { east, west, fleet } = serviceFleet({ targetPort: 8080 });
    fleet.database({ name: 'db', source: east.namespace('shop'), replicas: [west.namespace('copy')] });
    const offered = ofKind(objectsIn(fleet, 'east'), 'NetworkPolicy').find(
      ({ metadata }) => metadata.name === 'web-offered',
    );
    expect(offered.spec.ingress[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
  });

  test('is the Service’s where nothing is said', () => {
    const [{ to }] = policy(objectsIn(serviceFleet().fleet, 'east'), 'web').spec.rules;
    expect(to).toEqual([{ operation: { ports: ['80'] } }]);
  });
});

describe('the other ports of an offered Service', () => {
  const others = (more: Partial<ServiceOfferProps> = {}) =>
    policy(objectsIn(serviceFleet(more).fleet, 'east'), 'web').spec.rules[1];

  test('are closed under the Service’s host to all but the cluster’s own callers', () => {
    expect(others({ localNamespaces: ['ops'] })).toEqual({
      from: [{ source: { notPrincipals: ['cluster.local/ns/shop/sa/*', 'cluster.local/ns/ops/sa/*'] } }],
      to: [{ operation: { notPorts: ['80'] } }],
      when: [{ key: 'connection.sni', values: ['*_.web.shop.svc.cluster.local'] }],
    });
  });

  test('are closed to a local namespace too that remote callers are in: a principal does not say in which cluster it is', () => {
    const [, rule] = policy(objectsIn(serviceFleet({}, 'shop').fleet, 'east'), 'web').spec.rules;
    expect(rule).not.toHaveProperty('from');
  });

  test('of a Service for each pod are closed for each', () => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.offer(hello(a, b, { naming: Naming.servicePerPod(), replicas: 2, podLabels: { app: 'hello' } }));
    expect(policy(objectsIn(fleet, 'cluster-a'), 'hello').spec.rules[1].when).toEqual([
      {
        key: 'connection.sni',
        values: ['*_.hello-0.demo.svc.cluster.local', '*_.hello-1.demo.svc.cluster.local'],
      },
    ]);
  });

  test('are no concern where the gateway knows pods by entries, which have the offered port alone', () => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.offer(hello(a, b, { podLabels: { app: 'hello' } }));
    expect(policy(objectsIn(fleet, 'cluster-a'), 'hello').spec.rules).toHaveLength(1);
  });
});

describe('MySQL’s administrative ports', () => {
  const member = (more: object = {}) => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.database({ name: 'db', source: a.namespace('data'), replicas: [b.namespace('copy')], ...more });
    return fleet;
  };

  test('are for the database’s namespace, on both sides', () => {
    for (const [cluster, namespace] of [
      ['cluster-a', 'data'],
      ['cluster-b', 'copy'],
    ] as const) {
      const { metadata, spec } = policy(objectsIn(member(), cluster), 'db-pxc-admin');
      expect(metadata.namespace).toBe(namespace);
      expect(spec).toEqual({
        action: 'DENY',
        selector: {
          matchLabels: {
            'app.kubernetes.io/component': 'pxc',
            'app.kubernetes.io/instance': 'db',
            'app.kubernetes.io/name': 'percona-xtradb-cluster',
          },
        },
        rules: [
          {
            from: [{ source: { notPrincipals: [`cluster.local/ns/${namespace}/sa/*`] } }],
            to: [{ operation: { ports: ['33060', '33062'] } }],
          },
        ],
      });
    }
  });

  test('and for that of its operator', () => {
    const { spec } = policy(objectsIn(member({ operatorNamespace: 'ops' }), 'cluster-a'), 'db-haproxy-admin');
    expect(spec.rules[0].from[0].source.notPrincipals).toEqual([
      'cluster.local/ns/data/sa/*',
      'cluster.local/ns/ops/sa/*',
    ]);
  });
});

describe('an operator in a namespace of its own', () => {
  const withOperator = () => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    for (const name of ['one', 'two']) {
      fleet.database({
        name,
        source: a.namespace(`${name}-data`),
        replicas: [b.namespace(`${name}-copy`)],
        operatorNamespace: 'ops',
      });
    }
    return fleet;
  };

  test('the namespace is written in every cluster with a member, and injected', () => {
    for (const cluster of ['cluster-a', 'cluster-b']) {
      const namespace = ofKind(objectsIn(withOperator(), cluster), 'Namespace').find(
        ({ metadata }) => metadata.name === 'ops',
      );
      expect(namespace.metadata.labels['istio-injection']).toBe('enabled');
    }
  });

  test('its webhook’s port is opened where its namespace is closed, and nowhere else', () => {
    const webhooks = (fleet: Fleet) =>
      ofKind(objectsIn(fleet, 'cluster-a'), 'NetworkPolicy')
        .filter(({ metadata }) => metadata.name === 'pxc-operator-webhook')
        .map(({ metadata }) => metadata.namespace);
    expect(webhooks(withOperator())).toEqual([]);
    const fleet = withOperator();
    const [a, b] = fleet.clusters as [Cluster, Cluster];
    fleet.database({ name: 'three', source: a.namespace('ops'), replicas: [b.namespace('three-copy')] });
    expect(webhooks(fleet)).toEqual(['ops']);
  });

  test('a registry-only namespace with an operator may dial the API and its databases, one with a database alone may not', () => {
    const a = new Cluster({ name: 'a', network: 'a', gatewayAddress: '203.0.113.1' });
    const b = new Cluster({ name: 'b', network: 'b', registryOnlyNamespaces: ['ops', 'copy'] });
    const fleet = fleetOf([a, b]);
    fleet.database({
      name: 'db',
      source: a.namespace('data'),
      replicas: [b.namespace('copy')],
      operatorNamespace: 'ops',
    });
    fleet.offer(hello(a, b, { to: [b.namespace('ops')] }));
    const hosts = (namespace: string) =>
      ofKind(objectsIn(fleet, 'b'), 'Sidecar').find(({ metadata }) => metadata.namespace === namespace).spec
        .egress[0].hosts;
    expect(hosts('ops')).toEqual(['./*', 'default/kubernetes.default.svc.cluster.local', 'copy/*']);
    expect(hosts('copy')).toEqual(['./*']);
  });
});

test('a cluster without policies has no file for them', () => {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b], { networkPolicies: false });
  fleet.offer(hello(a, b));
  const paths = new FleetManifests(fleet).render().map(({ path }) => path);
  expect(paths.filter((path) => /policies/.test(path))).toEqual(['cluster-a/26-policies.k8s.yaml']);
});
