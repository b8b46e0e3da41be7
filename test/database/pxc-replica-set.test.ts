import { load } from 'js-yaml';
import { PxcRelease, PxcReplicaSet, type PxcReplicaSetProps, ReplicationChannel } from '../../lib';
import { constructRefusal, ofKind, only, synth } from '../support/objects';

const sources = [0, 1, 2].map((n) => ({ host: `db-pxc-${n}.db-pxc.wookie.svc.cluster.local` }));
const replica = ReplicationChannel.replica({ name: 'a_to_b', sources });
const objectsOf = (more: Partial<PxcReplicaSetProps> = {}) =>
  synth((chart) => new PxcReplicaSet(chart, 'db', { name: 'db', ...more }), 'wookie');
const cluster = (more: Partial<PxcReplicaSetProps> = {}) => only(objectsOf(more), 'PerconaXtraDBCluster');

test('from nothing but a name comes a cluster that the operator accepts', () => {
  const { metadata, spec } = cluster();
  expect(metadata).toMatchObject({ name: 'db', namespace: 'wookie' });
  expect(spec).toMatchObject({
    crVersion: '1.19.0',
    secretsName: 'db-secrets',
    updateStrategy: 'SmartUpdate',
    upgradeOptions: { apply: 'disabled' },
    pxc: {
      size: 3,
      image: 'docker.io/percona/percona-xtradb-cluster:8.4.7-7.1',
      volumeSpec: { persistentVolumeClaim: { resources: { requests: { storage: '10Gi' } } } },
      affinity: { antiAffinityTopologyKey: 'kubernetes.io/hostname' },
      podDisruptionBudget: { maxUnavailable: 1 },
    },
    haproxy: { enabled: true, size: 2, image: 'docker.io/percona/haproxy:2.8.17' },
  });
  expect(spec).not.toHaveProperty('unsafeFlags');
  expect(spec.pxc).not.toHaveProperty('replicationChannels');
  expect(spec.pxc).not.toHaveProperty('expose');
});

test('database and proxy run under accounts of their own, which exist', () => {
  const objects = objectsOf();
  const accounts = ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata);
  expect(accounts).toMatchObject([
    { name: 'db-pxc', namespace: 'wookie' },
    { name: 'db-haproxy', namespace: 'wookie' },
  ]);
  const { pxc, haproxy } = only(objects, 'PerconaXtraDBCluster').spec;
  expect([pxc.serviceAccountName, haproxy.serviceAccountName]).toEqual(['db-pxc', 'db-haproxy']);
});

test('the proxy has no token of the Kubernetes API; the database has, for its entrypoint reads the file beside it', () => {
  const accounts = ofKind(objectsOf(), 'ServiceAccount');
  expect(
    accounts.map(({ metadata, automountServiceAccountToken }) => [
      metadata.name,
      automountServiceAccountToken,
    ]),
  ).toEqual([
    ['db-pxc', undefined],
    ['db-haproxy', false],
  ]);
});

test('GitOps tools keep it and its accounts when they are gone from their source, outside of a Fleet too', () => {
  const objects = objectsOf();
  const kept = [only(objects, 'PerconaXtraDBCluster'), ...ofKind(objects, 'ServiceAccount')];
  expect(kept).toHaveLength(3);
  for (const { metadata } of kept)
    expect(metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
      'helm.sh/resource-policy': 'keep',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    });
});

test('Galera bypasses the proxy in both directions, MySQL does not', () => {
  const { annotations } = cluster().spec.pxc;
  expect(annotations).toMatchObject({
    'traffic.sidecar.istio.io/excludeInboundPorts': '4444,4567,4568',
    'traffic.sidecar.istio.io/excludeOutboundPorts': '4444,4567,4568',
  });
});

test('the proxies are up before the applications and keep quiet connections', () => {
  const { pxc, haproxy } = cluster().spec;
  for (const { annotations } of [pxc, haproxy]) {
    expect(load(annotations['proxy.istio.io/config'])).toEqual({
      holdApplicationUntilProxyStarts: true,
      proxyMetadata: { ISTIO_META_IDLE_TIMEOUT: '24h' },
    });
  }
});

test('a source names its channels and nothing more', () => {
  expect(cluster({ channels: [ReplicationChannel.source('a_to_b')] }).spec.pxc.replicationChannels).toEqual([
    { name: 'a_to_b', isSource: true },
  ]);
});

test('a replica’s sources rise in weight to the preferred one, turn to the next after one try, and have no TLS of their own', () => {
  expect(cluster({ channels: [replica] }).spec.pxc.replicationChannels).toEqual([
    {
      name: 'a_to_b',
      sourcesList: [2, 1, 0].map((ordinal) => ({
        host: `db-pxc-${ordinal}.db-pxc.wookie.svc.cluster.local`,
        port: 3306,
        weight: 100 - ordinal,
      })),
      configuration: { sourceRetryCount: 1, sourceConnectRetry: 1, ssl: false },
    },
  ]);
});

describe('my.cnf', () => {
  const configuration = (more: object) => cluster(more).spec.pxc.configuration;
  const own = '[mysqld]\nreplica_net_timeout=5\n';

  test('source, replica and a database alone take a silent source for lost after five seconds', () => {
    expect(configuration({ channels: [replica] })).toBe(own);
    expect(configuration({ channels: [ReplicationChannel.source('a_to_b')] })).toBe(own);
    // with a channel or without: a promotion must not change the configuration, which would restart all pods
    expect(configuration({})).toBe(own);
  });

  test('what the user says comes after it, for MySQL takes the last value', () => {
    const mysqlConfiguration = '[mysqld]\nreplica_net_timeout=30\n';
    expect(configuration({ channels: [replica], mysqlConfiguration })).toBe(`${own}${mysqlConfiguration}`);
  });
});

test('both retry values are written where only one is given', () => {
  const channel = ReplicationChannel.replica({ name: 'c', sources, sourceRetryCount: 7 });
  expect(cluster({ channels: [channel] }).spec.pxc.replicationChannels[0].configuration).toMatchObject({
    sourceRetryCount: 7,
    sourceConnectRetry: 1,
  });
});

test('passwords are referred to, and the output says what must exist', () => {
  const { metadata, data } = only(objectsOf({ secretsName: 'passwords' }), 'ConfigMap');
  expect(metadata).toEqual({ name: 'passwords-required', namespace: 'wookie' });
  for (const user of ['root', 'xtrabackup', 'monitor', 'proxyadmin', 'operator', 'replication']) {
    expect(data.what).toContain(user);
    expect(data.command).toContain(`--from-file=${user}=passwords/${user}`);
  }
  expect(cluster({ secretsName: 'passwords' }).spec.secretsName).toBe('passwords');
});

test.each([
  [1, true],
  [7, true],
])('a size of %d takes the unsafe flag along', (size, allowUnsafeSize) => {
  expect(cluster({ size, allowUnsafeSize }).spec).toMatchObject({
    unsafeFlags: { pxcSize: true },
    pxc: { size },
  });
});

test('MySQL 8.0 has images that go with it', () => {
  const { spec } = cluster({ release: PxcRelease.V1_19_MYSQL_8_0 });
  expect(spec.pxc.image).toBe('docker.io/percona/percona-xtradb-cluster:8.0.44-35.1');
});

test('every prop arrives where it belongs', () => {
  const props: Required<PxcReplicaSetProps> = {
    name: 'orders',
    namespace: 'shop',
    channels: [ReplicationChannel.source('out')],
    servicePerPod: true,
    clusterName: 'east',
    size: 5,
    allowUnsafeSize: false,
    haproxySize: 3,
    storage: '1Ti',
    storageClassName: 'fast',
    cpuRequest: '4',
    memoryRequest: '16Gi',
    mysqlConfiguration: '[mysqld]\nmax_connections=500\n',
    secretsName: 'orders-passwords',
    release: PxcRelease.of({
      crVersion: '1.20.0',
      pxcImage: 'r/pxc:1',
      haproxyImage: 'r/haproxy:1',
      logCollectorImage: 'r/logs:1',
    }),
  };
  const { metadata, spec } = cluster(props);
  expect(metadata).toMatchObject({ name: 'orders', namespace: 'shop' });
  expect(spec).toMatchObject({
    crVersion: '1.20.0',
    logcollector: { image: 'r/logs:1' },
    haproxy: { size: 3, image: 'r/haproxy:1' },
    pxc: {
      size: 5,
      image: 'r/pxc:1',
      configuration: '[mysqld]\nreplica_net_timeout=5\n[mysqld]\nmax_connections=500\n',
      expose: { enabled: true, type: 'ClusterIP' },
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      volumeSpec: {
        persistentVolumeClaim: { storageClassName: 'fast', resources: { requests: { storage: '1Ti' } } },
      },
    },
  });
});

test.each<[string, object, string]>([
  [
    'a replica without sources',
    { channels: [ReplicationChannel.replica({ name: 'c', sources: [] })] },
    "[test/db] channels[0].sources: must be a list of 1 to 100 sources with host and port, got []; name the source's pods: a replica without sources is refused by the operator",
  ],
  [
    'both roles at once',
    { channels: [ReplicationChannel.source('x'), ReplicationChannel.replica({ name: 'y', sources })] },
    "[test/db] channels: must be all source or all replica, got 'x' as source, 'y' as replica; let one cluster write and the others follow; the operator refuses both roles in one",
  ],
  [
    'a channel twice',
    { channels: [ReplicationChannel.source('x'), ReplicationChannel.source('x')] },
    "[test/db] channels[1].name: must be given once, got 'x' again; give each channel a name of its own",
  ],
  [
    'a channel of MySQL’s own',
    { channels: [ReplicationChannel.source('group_replication_applier')] },
    "[test/db] channels[0].name: must be a channel name of 1 to 64 characters (letters, digits, '_', '-' and '.'), not one of group replication, got 'group_replication_applier'; choose such a name, for instance 'a_to_b'",
  ],
  [
    'retries for ever',
    { channels: [ReplicationChannel.replica({ name: 'c', sources, sourceRetryCount: 0 })] },
    '[test/db] channels[0].sourceRetryCount: must be a whole number from 1 to 1000, got 0; give a number; 0 would mean no failover',
  ],
  [
    'size 2',
    { size: 2 },
    '[test/db] size: must be 3 or 5, got 2; take one of them, or set allowUnsafeSize: true if you can do without a quorum or with slower writes',
  ],
])('%s is refused', (_, more, message) => {
  expect(constructRefusal((chart) => new PxcReplicaSet(chart, 'db', { name: 'db', ...more }))).toEqual([
    message,
  ]);
});
