import {
  CrossClusterServiceEntry,
  type CrossClusterServiceEntryProps,
  OfferedServiceEntry,
  type OfferedServiceEntryProps,
  OfferedWorkloadPolicy,
  Protocol,
} from '../../lib';
import { constructRefusal, only, synth } from '../support/objects';

const HOST = 'db-0.db.shop.svc.cluster.local';
const CONSUMER: CrossClusterServiceEntryProps = {
  host: HOST,
  port: 3306,
  protocol: Protocol.TCP,
  endpoints: [{ address: '203.0.113.10' }],
};
const SOURCE: OfferedServiceEntryProps = {
  host: HOST,
  port: 3306,
  protocol: Protocol.TCP,
  podLabels: { app: 'db' },
};
const consumer = (more: Partial<CrossClusterServiceEntryProps> = {}) =>
  synth((chart) => new CrossClusterServiceEntry(chart, 'entry', { ...CONSUMER, ...more }), 'shop-dr');
const source = (more: Partial<OfferedServiceEntryProps> = {}) =>
  synth((chart) => new OfferedServiceEntry(chart, 'entry', { ...SOURCE, ...more }), 'shop');

describe('the consumer’s side', () => {
  test('sends one host to the other cluster’s gateway, in the mesh and to this namespace only', () => {
    expect(only(consumer(), 'ServiceEntry').spec).toEqual({
      hosts: [HOST],
      exportTo: ['.'],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: [{ number: 3306, name: 'tcp', protocol: 'TCP' }],
      endpoints: [
        {
          address: '203.0.113.10',
          ports: { tcp: 15443 },
          labels: { 'security.istio.io/tlsMode': 'istio' },
        },
      ],
    });
  });

  test('a gateway known by name is resolved by the proxies', () => {
    expect(
      only(consumer({ endpoints: [{ address: 'gw.example.com' }] }), 'ServiceEntry').spec.resolution,
    ).toBe('DNS');
    expect(only(consumer({ endpoints: [{ address: '2001:db8::1' }] }), 'ServiceEntry').spec.resolution).toBe(
      'STATIC',
    );
  });

  test('the port has one name in the entry and at its endpoint, whatever it is', () => {
    const { ports, endpoints } = only(
      consumer({ portName: 'tcp-mysql', endpoints: [{ address: '203.0.113.10', port: 443 }] }),
      'ServiceEntry',
    ).spec;
    expect(ports[0].name).toBe('tcp-mysql');
    expect(endpoints[0].ports).toEqual({ 'tcp-mysql': 443 });
  });

  test('the server must prove its identity where one is given', () => {
    const serverIdentity = 'spiffe://cluster.local/ns/shop/sa/db';
    expect(only(consumer({ serverIdentity }), 'ServiceEntry').spec.subjectAltNames).toEqual([serverIdentity]);
  });

  test('quiet connections live for a day and dead ones are found, and no endpoint is ever ejected', () => {
    const { host, trafficPolicy, exportTo } = only(consumer(), 'DestinationRule').spec;
    expect([host, exportTo]).toEqual([HOST, ['.']]);
    expect(trafficPolicy).toEqual({
      connectionPool: {
        tcp: { idleTimeout: '86400s', tcpKeepalive: { time: '60s', interval: '10s', probes: 6 } },
      },
    });
    const never = only(consumer({ idleTimeoutSeconds: 0 }), 'DestinationRule');
    expect(never.spec.trafficPolicy.connectionPool.tcp.idleTimeout).toBe('0s');
  });

  test('an alias asks the gateway for the real host, and checks the identity there too', () => {
    const sourceSni = `outbound_.3306_._.${HOST}`;
    const serverIdentity = 'spiffe://cluster.local/ns/shop/sa/db';
    const objects = consumer({ host: 'db-0.east.global', sourceSni, serverIdentity });
    expect(only(objects, 'ServiceEntry').spec.hosts).toEqual(['db-0.east.global']);
    expect(only(objects, 'DestinationRule').spec.trafficPolicy.tls).toEqual({
      mode: 'ISTIO_MUTUAL',
      sni: sourceSni,
      subjectAltNames: [serverIdentity],
    });
  });

  test('every prop arrives where it belongs', () => {
    const props: Required<CrossClusterServiceEntryProps> = {
      host: 'a.example',
      port: 80,
      protocol: Protocol.HTTP2,
      portName: 'http2-web',
      idleTimeoutSeconds: 60,
      endpoints: [{ address: 'gw.example.com', port: 443 }],
      mutualTls: true,
      address: '240.0.0.9',
      serverIdentity: 'spiffe://td/ns/n/sa/s',
      sourceSni: 'outbound_.80_._.b.example',
      name: 'entry-a',
      namespace: 'elsewhere',
    };
    const [entry, rule] = consumer(props);
    expect([entry.metadata, rule.metadata]).toEqual([
      { name: 'entry-a', namespace: 'elsewhere' },
      { name: 'entry-a', namespace: 'elsewhere' },
    ]);
    expect(entry.spec.ports).toEqual([{ number: 80, name: 'http2-web', protocol: 'HTTP2' }]);
    expect(entry.spec.addresses).toEqual(['240.0.0.9']);
  });

  test('several nodes are endpoints of one host, each at the node port', () => {
    const endpoints = ['192.0.2.1', '192.0.2.2'].map((address) => ({ address, port: 30306 }));
    const { endpoints: written, addresses } = only(consumer({ endpoints }), 'ServiceEntry').spec;
    expect(written).toEqual(
      endpoints.map(({ address }) => ({
        address,
        ports: { tcp: 30306 },
        labels: { 'security.istio.io/tlsMode': 'istio' },
      })),
    );
    // the nodes' own addresses there would make one listener of all hosts, and so one pod
    expect(addresses).toBeUndefined();
  });

  test('a host outside the mesh is dialled in the clear, and proves nothing', () => {
    const objects = consumer({ mutualTls: false, serverIdentity: 'spiffe://cluster.local/ns/shop/sa/db' });
    const { location, subjectAltNames, endpoints } = only(objects, 'ServiceEntry').spec;
    expect({ location, subjectAltNames, labels: endpoints[0].labels }).toEqual({
      location: 'MESH_EXTERNAL',
      subjectAltNames: undefined,
      labels: undefined,
    });
    expect(only(objects, 'DestinationRule').spec.trafficPolicy.tls).toEqual({ mode: 'DISABLE' });
  });

  test('what cannot work is refused', () => {
    const build = (more: object) =>
      constructRefusal((chart) => new CrossClusterServiceEntry(chart, 'entry', { ...CONSUMER, ...more }));
    expect(build({ host: '*.example', serverIdentity: 'db', sourceSni: HOST })).toEqual([
      "[test/entry] host: must be a DNS name of at most 253 characters (labels of a-z, 0-9 and '-', joined by dots), got '*.example'; choose such a name",
      "[test/entry] serverIdentity: must be a SPIFFE identity such as 'spiffe://cluster.local/ns/demo/sa/default', got 'db'; give the trust domain, namespace and service account of the server",
      `[test/entry] sourceSni: must be the SNI of an AUTO_PASSTHROUGH chain, such as 'outbound_.3306_._.db-0.db.demo.svc.cluster.local', got '${HOST}'; take OfferedHost.sni, or spell port and host of the other cluster's entry`,
    ]);
  });
});

describe('the offering side', () => {
  test('makes a service of the pods in the gateway’s eyes alone', () => {
    expect(only(source(), 'ServiceEntry').spec).toEqual({
      hosts: [HOST],
      exportTo: ['istio-system'],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: [{ number: 3306, name: 'tcp', protocol: 'TCP' }],
      workloadSelector: { labels: { app: 'db' } },
    });
  });

  test('the gateway too keeps quiet connections', () => {
    const { exportTo, trafficPolicy } = only(
      source({ gatewayNamespace: 'gateways' }),
      'DestinationRule',
    ).spec;
    expect(exportTo).toEqual(['gateways']);
    expect(trafficPolicy.connectionPool.tcp.idleTimeout).toBe('86400s');
  });

  test('host and port say the same on both sides', () => {
    const [mine, theirs] = [only(source(), 'ServiceEntry').spec, only(consumer(), 'ServiceEntry').spec];
    expect(mine.hosts).toEqual(theirs.hosts);
    expect(mine.ports).toEqual(theirs.ports);
  });

  test('every prop arrives where it belongs', () => {
    const props: Required<OfferedServiceEntryProps> = {
      host: 'a.example',
      port: 80,
      protocol: Protocol.GRPC,
      portName: 'grpc-a',
      idleTimeoutSeconds: 5,
      podLabels: { app: 'a' },
      gatewayNamespace: 'gateways',
      name: 'a',
      namespace: 'elsewhere',
    };
    const entry = only(source(props), 'ServiceEntry');
    expect(entry.metadata).toEqual({ name: 'a', namespace: 'elsewhere' });
    expect(entry.spec).toMatchObject({
      exportTo: ['gateways'],
      ports: [{ number: 80, name: 'grpc-a', protocol: 'GRPC' }],
    });
  });
});

describe('who gets in', () => {
  const policy = () =>
    synth(
      (chart) =>
        new OfferedWorkloadPolicy(chart, 'policy', {
          name: 'db',
          podLabels: { app: 'db' },
          port: 3306,
          snis: [`outbound_.3306_._.${HOST}`],
          principals: ['cluster.local/ns/shop-dr/sa/db'],
        }),
      'shop',
    );

  test('the offered port takes mutual TLS only', () => {
    expect(only(policy(), 'PeerAuthentication').spec).toEqual({
      selector: { matchLabels: { app: 'db' } },
      portLevelMtls: { '3306': { mode: 'STRICT' } },
    });
  });

  test('whoever came through the gateway and is not named is denied; others are left alone', () => {
    expect(only(policy(), 'AuthorizationPolicy').spec).toEqual({
      selector: { matchLabels: { app: 'db' } },
      action: 'DENY',
      rules: [
        {
          from: [{ source: { notPrincipals: ['cluster.local/ns/shop-dr/sa/db'] } }],
          to: [{ operation: { ports: ['3306'] } }],
          when: [{ key: 'connection.sni', values: [`outbound_.3306_._.${HOST}`] }],
        },
      ],
    });
  });

  test('a policy that would deny everyone or no one is refused', () => {
    const build = () =>
      constructRefusal(
        (chart) =>
          new OfferedWorkloadPolicy(chart, 'policy', {
            name: 'db',
            podLabels: {},
            port: 3306,
            snis: [],
            principals: [],
          }),
      );
    expect(build().map((line) => line.split(':')[0])).toEqual([
      '[test/policy] podLabels',
      '[test/policy] snis',
      '[test/policy] principals',
    ]);
  });
});
