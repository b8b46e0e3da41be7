import { load, loadAll } from 'js-yaml';
import {
  Cluster,
  ControlPlane,
  type ControlPlaneProps,
  Fleet,
  FleetManifests,
  type FleetProps,
} from '../../lib';
import { validate } from '../../lib/validation/validate';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { type AnyObject, refusal } from '../support/objects';
import { filesOf } from '../support/rendered';
import { requireValid } from '../support/valid';

const { a, b } = twoClusters();
const primary = new Cluster({ name: 'hub', network: 'net-hub', gatewayAddress: '203.0.113.1' });
const remote = new Cluster({
  ...{ name: 'edge', network: 'net-edge', primary, gatewayAddress: '203.0.113.2' },
  apiServer: 'https://203.0.113.3',
});

/** Everything that can be said. */
const FULL: ControlPlaneProps = {
  version: '1.29.6',
  compatibilityVersion: '1.28',
  nativeSidecars: true,
  replicas: 3,
  cpuRequest: '1',
  memoryRequest: '4Gi',
  cpuLimit: '2',
  memoryLimit: '8Gi',
};

/** By it istiod waits for the Secret that it must sign with, and reads that and no other. */
const READS = { ROOT_CA_DIR: '/etc/cacerts-required' };
const VOLUME = {
  volumes: [{ name: 'cacerts-required', secret: { secretName: 'cacerts' } }],
  volumeMounts: [{ name: 'cacerts-required', mountPath: '/etc/cacerts-required', readOnly: true }],
};

const WAITS = { env: READS, ...VOLUME };

type Method = keyof typeof READERS;
type Files = { [path: string]: string };

/** What each method has for a cluster: values of the charts, and the version, as whoever installs from it would read them. */
const READERS = {
  istioctl: (files: Files, name: string) => {
    const { spec } = load(files[`install/${name}/istio.yaml`] ?? '') as AnyObject;
    const { profile, values, unvalidatedValues, ...more } = spec;
    // as istioctl merges them: operator/pkg/render/manifest.go
    const pilot = unvalidatedValues ? { pilot: { ...values.pilot, ...unvalidatedValues.pilot } } : {};
    return { values: { ...more, ...values, ...pilot, ...(profile === 'remote' ? { profile } : {}) } };
  },
  helmfile: (files: Files, name: string) => {
    const { releases } = load(files[`install/${name}/helmfile.yaml`] ?? '') as AnyObject;
    const release = releases.find((one: AnyObject) => one.chart === 'istio/istiod');
    return { values: load(files[`install/${name}/${release.values[0]}`] ?? ''), version: release.version };
  },
  sail: (files: Files, name: string) => {
    const { metadata, spec } = load(files[`install/${name}/sail.yaml`] ?? '') as AnyObject;
    const revision = metadata.name === 'default' ? {} : { revision: metadata.name };
    const profile = spec.profile ? { profile: spec.profile } : {};
    return { values: { ...spec.values, ...revision, ...profile }, version: spec.version.slice(1) };
  },
  flux: (files: Files, name: string) => {
    const releases = loadAll(files[`install/${name}/flux.yaml`] ?? '') as AnyObject[];
    const { spec } = releases.find((one) => one.spec.chart?.spec.chart === 'istiod');
    return { values: spec.values, version: spec.chart.spec.version };
  },
  argoCd: (files: Files, name: string) => {
    const { spec } = load(files[`install/${name}/argocd.yaml`] ?? '') as AnyObject;
    const source = spec.sources.find((one: AnyObject) => one.chart === 'istiod');
    return { values: source.helm.valuesObject, version: source.targetRevision };
  },
  k3s: (files: Files, name: string) => {
    const charts = loadAll(files[`install/${name}/k3s.yaml`] ?? '') as AnyObject[];
    const { spec } = charts.find((one) => one.spec.chart === 'istiod');
    return { values: load(spec.valuesContent), version: spec.version };
  },
};

const METHODS = Object.keys(READERS) as Method[];

function installed(
  method: Method,
  props: ControlPlaneProps,
  fleet: Partial<FleetProps>,
  name: string,
): AnyObject {
  const controlPlane = ControlPlane[method](props);
  const all = new Fleet({ meshId: 'mesh1', clusters: [a, b, primary, remote], ...fleet, controlPlane });
  return READERS[method](filesOf(new FleetManifests(all)), name);
}

describe.each([
  ['nothing said', {}, {}],
  ['everything said', FULL, {}],
  [
    'another revision, namespace and trust domain',
    {},
    { revision: 'canary', istioNamespace: 'mesh', trustDomain: 'x.example' },
  ],
] as const)('%s', (_, props, fleet) => {
  test.each(['cluster-a', 'hub', 'edge'])('every method has the same values for %s', (name) => {
    const { values } = installed('helmfile', props, fleet, name);
    expect(Object.keys(values.global)).toContain('meshID');
    for (const method of METHODS)
      expect([method, installed(method, props, fleet, name).values]).toEqual([method, values]);
  });
});

test('every method but istioctl’s says the version', () => {
  for (const method of METHODS.filter((one) => one !== 'istioctl')) {
    expect([method, installed(method, FULL, {}, 'hub').version]).toEqual([method, '1.29.6']);
    expect([method, installed(method, {}, {}, 'hub').version]).toEqual([method, '1.30.3']);
  }
});

describe('the values', () => {
  const values = (props: ControlPlaneProps = {}, fleet: Partial<FleetProps> = {}, name = 'cluster-b') =>
    installed('helmfile', props, fleet, name).values;

  test('istiod is told mesh, cluster, network, trust domain, DNS capture and its neighbours’ networks', () => {
    const fleet = fleetOf([a, b, new Cluster({ name: 'cluster-c', network: 'network3' })]);
    fleet.offer(hello(a, b));
    expect(READERS.istioctl(filesOf(new FleetManifests(fleet)), 'cluster-b').values).toEqual({
      meshConfig: {
        trustDomain: 'cluster.local',
        defaultConfig: {
          holdApplicationUntilProxyStarts: true,
          proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' },
        },
      },
      global: {
        meshID: 'mesh1',
        multiCluster: { clusterName: 'cluster-b' },
        network: 'network2',
        meshNetworks: {
          network1: {
            endpoints: [{ fromRegistry: 'cluster-a' }],
            gateways: [{ address: '203.0.113.10', port: 15443 }],
          },
          network2: { endpoints: [{ fromRegistry: 'cluster-b' }] },
        },
      },
      pilot: WAITS,
    });
  });

  test('every method has istiod wait for cacerts, by a volume that is mounted and not optional', () => {
    for (const method of METHODS)
      for (const name of ['cluster-a', 'hub'])
        expect([method, name, installed(method, {}, {}, name).values.pilot]).toEqual([method, name, WAITS]);
  });

  test('Flux tries again for as long as cacerts is missing', () => {
    const all = fleetOf([a, b], { controlPlane: ControlPlane.flux() });
    const releases = loadAll(filesOf(new FleetManifests(all))['install/cluster-a/flux.yaml'] ?? '').filter(
      (one) => (one as AnyObject).kind === 'HelmRelease',
    );
    expect(releases.map((one) => (one as AnyObject).spec.install)).toEqual([
      { strategy: { name: 'RetryOnFailure' } },
      { strategy: { name: 'RetryOnFailure' } },
    ]);
  });

  test('a remote cluster has no istiod, and nothing that waits', () => {
    for (const method of METHODS)
      expect(installed(method, {}, {}, 'edge').values).not.toHaveProperty('pilot');
  });

  test('istioctl 1.28 refuses volumes among the values that it checks, so they stand beside those', () => {
    const fleet = fleetOf([a, b], { controlPlane: ControlPlane.istioctl({ replicas: 2 }) });
    const { spec } = load(
      filesOf(new FleetManifests(fleet))['install/cluster-a/istio.yaml'] ?? '',
    ) as AnyObject;
    expect(spec.values.pilot).toEqual({ env: READS, autoscaleEnabled: false, replicaCount: 2 });
    expect(spec.unvalidatedValues).toEqual({ pilot: VOLUME });
  });

  test('native sidecars, or applications that wait', () => {
    const start = (nativeSidecars?: boolean) => {
      const { meshConfig, pilot } = values({ nativeSidecars });
      return [meshConfig.defaultConfig.holdApplicationUntilProxyStarts, pilot?.env];
    };
    expect(start()).toEqual([true, READS]);
    expect(start(true)).toEqual([undefined, { ENABLE_NATIVE_SIDECARS: 'true', ...READS }]);
    expect(start(false)).toEqual([true, { ENABLE_NATIVE_SIDECARS: 'false', ...READS }]);
  });

  test('replicas and resources, of which some may be said', () => {
    expect(values(FULL).pilot).toEqual({
      autoscaleEnabled: false,
      replicaCount: 3,
      resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { cpu: '2', memory: '8Gi' } },
      ...VOLUME,
      env: { ENABLE_NATIVE_SIDECARS: 'true', ...READS },
    });
    expect(values({ memoryRequest: '1Gi' }).pilot).toEqual({
      resources: { requests: { memory: '1Gi' } },
      ...WAITS,
    });
  });

  test('DNS capture off, where nothing is dialled', () => {
    expect(values({ dnsCapture: false }).meshConfig.defaultConfig).not.toHaveProperty('proxyMetadata');
  });
});

test('a helmfile: namespaces, CRDs, operators, services; each waits for the one before', () => {
  const fleet = fleetOf([a, b], { controlPlane: ControlPlane.helmfile() });
  fleet.database({ name: 'db', source: a.namespace('wookie'), replicas: [b.namespace('wookie-dr')] });
  const { releases, helmDefaults } = load(
    filesOf(new FleetManifests(fleet))['install/cluster-a/helmfile.yaml'] ?? '',
  ) as AnyObject;
  expect(helmDefaults.kubeContext).toBe('cluster-a');
  expect(releases.map(({ name, namespace, needs }: AnyObject) => [name, namespace, needs])).toEqual([
    ['istio-base', 'istio-system', []],
    ['istiod', 'istio-system', ['istio-system/istio-base']],
    ['pxc-operator', 'wookie', ['istio-system/istiod']],
  ]);
  const hooks = releases.map(
    ({ hooks: [hook] = [] }: AnyObject) => hook && [...hook.events, ...hook.args.slice(4)].join(' '),
  );
  expect(hooks).toEqual([
    'presync -f ../../cluster-a/00-namespaces.k8s.yaml -f ../../cluster-a/10-trust.k8s.yaml',
    undefined,
    'postsync -f ../../cluster-a',
  ]);
});

test('a helmfile has one operator for all databases that name its namespace, and tells it what to watch', () => {
  const fleet = fleetOf([a, b], { controlPlane: ControlPlane.helmfile() });
  const database = (name: string, more: object = {}) =>
    fleet.database({
      name,
      source: a.namespace(`${name}-data`),
      replicas: [b.namespace(`${name}-copy`)],
      ...more,
    });
  database('one', { operatorNamespace: 'ops' });
  database('two', { operatorNamespace: 'ops' });
  database('three');
  const { releases } = load(
    filesOf(new FleetManifests(fleet))['install/cluster-a/helmfile.yaml'] ?? '',
  ) as AnyObject;
  const operators = releases.filter(({ chart }: AnyObject) => chart === 'percona/pxc-operator');
  expect(operators.map(({ namespace, values }: AnyObject) => [namespace, values])).toEqual([
    ['ops', [{ watchNamespace: 'one-data,two-data' }]],
    ['three-data', undefined],
  ]);
});

test('two databases in one namespace have one operator', () => {
  const fleet = fleetOf([a, b], { controlPlane: ControlPlane.helmfile() });
  for (const name of ['one', 'two'])
    fleet.database({ name, source: a.namespace('data'), replicas: [b.namespace('copy')] });
  const { releases } = load(
    filesOf(new FleetManifests(fleet))['install/cluster-a/helmfile.yaml'] ?? '',
  ) as AnyObject;
  const operators = releases.filter(({ chart }: AnyObject) => chart === 'percona/pxc-operator');
  expect(operators.map(({ namespace, needs }: AnyObject) => [namespace, needs])).toEqual([
    ['data', ['istio-system/istiod']],
  ]);
});

test('a cluster may be installed otherwise than the fleet', () => {
  const odd = new Cluster({ name: 'odd', network: 'odd', controlPlane: ControlPlane.k3s() });
  const files = filesOf(new FleetManifests(fleetOf([a, odd])));
  expect(Object.keys(files).filter((path) => path.startsWith('install/'))).toEqual([
    'install/cluster-a/istio.yaml',
    'install/odd/k3s.yaml',
  ]);
});

test('objects of one name are in a folder for each cluster', () => {
  const files = filesOf(new FleetManifests(fleetOf([a, b], { controlPlane: ControlPlane.flux() })));
  const names = ['cluster-a', 'cluster-b'].map((cluster) =>
    (loadAll(files[`install/${cluster}/flux.yaml`] ?? '') as AnyObject[]).map(
      ({ metadata }) => metadata.name,
    ),
  );
  expect(names[0]).toEqual(['istio', 'istio-base', 'istiod']);
  expect(names[1]).toEqual(names[0]);
});

describe('refused', () => {
  const errors = (controlPlane: ControlPlane, clusters = [a, b]) =>
    refusal(() => requireValid(fleetOf(clusters, { controlPlane })));

  test.each(['1.27.9', '1.32.0', '1.30', 'v1.30.3', 'latest', 130])('version %p', (version) => {
    expect(errors(ControlPlane.helmfile({ version: version as string }))).toEqual([
      `fleet.controlPlane.version: must be an Istio version of three numbers, 1.28 to 1.31, such as '1.30.3', got ${typeof version === 'string' ? `'${version}'` : version}; choose one of the releases that this library knows, or a newer version of this library`,
    ]);
  });

  test('a version that Sail does not know', () => {
    for (const version of ['1.31.0', '1.30.4']) {
      expect(errors(ControlPlane.sail({ version }))).toEqual([
        `fleet.controlPlane.version: must be one that the Sail operator 1.30.3 installs: up to 1.28.10, 1.29.6 or 1.30.3, got '${version}'; choose an older one, or another install method`,
      ]);
    }
    expect(validate(fleetOf([a], { controlPlane: ControlPlane.flux({ version: '1.31.0' }) }))).toEqual([]);
  });

  test('a release that a version cannot act as', () => {
    expect(errors(ControlPlane.flux({ version: '1.29.0', compatibilityVersion: '1.29' }))).toEqual([
      "fleet.controlPlane.compatibilityVersion: must be an older release that 1.29.0 can act as (1.25, 1.26, 1.27, 1.28), got '1.29'; choose one of these, or leave it out",
    ]);
  });

  test('no method at all', () => {
    expect(errors('helm' as never)).toEqual([
      "fleet.controlPlane: must be a ControlPlane, got 'helm'; make it with ControlPlane.istioctl(), .helmfile(), .sail(), .flux(), .argoCd() or .k3s()",
    ]);
  });

  test('settings of an istiod that a remote cluster does not have', () => {
    const withOwn = new Cluster({
      ...{ name: 'edge', network: 'e', primary, apiServer: 'https://203.0.113.3' },
      controlPlane: ControlPlane.sail({ replicas: 2, memoryLimit: '1Gi', version: '1.30.3' }),
    });
    expect(errors(ControlPlane.sail(), [primary, withOwn])).toEqual([
      "clusters[1].controlPlane.replicas: must be left out of a cluster with a primary: its istiod is that of 'hub', got 2; say it of 'hub'",
      "clusters[1].controlPlane.memoryLimit: must be left out of a cluster with a primary: its istiod is that of 'hub', got 1Gi; say it of 'hub'",
    ]);
  });

  test('DNS capture off where offers are dialled by name', () => {
    const fleet = fleetOf([a, b], { controlPlane: ControlPlane.istioctl({ dnsCapture: false }) });
    fleet.offer(hello(a, b));
    expect(refusal(() => requireValid(fleet))).toEqual([
      "clusters[1].controlPlane.dnsCapture: must be true, because only the mesh knows the names of what 'cluster-b' dials (offers[0]), got false; leave it out",
    ]);
  });
});
