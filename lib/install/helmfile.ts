import { PxcRelease } from '../database/pxc/release';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { Stage } from '../model/stage';
import { type OutputFile, yamlFile } from '../output/render';
import { ISTIO_CHARTS, istioCharts } from './charts';

const PERCONA_CHARTS = 'https://percona.github.io/percona-helm-charts/';

/**
 * A helmfile for `helmfile sync`, which applies, one after the other, namespaces, CRDs, operators and services; its context is
 * called as the cluster is.
 * https://helmfile.readthedocs.io/
 */
export function helmfileFiles(fleet: Fleet, cluster: Cluster): OutputFile[] {
  const { name } = cluster;
  const { version } = fleet.controlPlaneOf(cluster);
  const charts = istioCharts(fleet, cluster);
  const valuesFile = (release: string) => `${release}.values.yaml`;
  const operators = operatorReleases(fleet, cluster);
  const istio = charts.map(({ release, chart }) => ({
    name: release,
    namespace: fleet.istioNamespace,
    chart: `istio/${chart}`,
    version,
    values: [valuesFile(release)],
  }));
  const releases = inOrder([...istio, ...operators]);
  const helmfile = {
    repositories: [
      { name: 'istio', url: ISTIO_CHARTS },
      ...(operators.length > 0 ? [{ name: 'percona', url: PERCONA_CHARTS }] : []),
    ],
    helmDefaults: { kubeContext: name, wait: true },
    releases: releases.map((release, index) => ({
      ...release,
      ...(index === 0 ? { hooks: [applyHook(cluster, 'presync', beforeIstio(cluster))] } : {}),
      ...(index === releases.length - 1 ? { hooks: [applyHook(cluster, 'postsync', [''])] } : {}),
    })),
  };
  return [
    yamlFile('helmfile.yaml', [helmfile]),
    ...charts.map(({ release, values }) => yamlFile(valuesFile(release), [values])),
  ];
}

interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** Files, and values themselves. */
  readonly values?: readonly (string | object)[];
}

/** Each waits for the one before. */
function inOrder(releases: readonly Release[]) {
  return releases.map((release, index) => ({
    ...release,
    needs: releases
      .slice(0, index)
      .slice(-1)
      .map(({ namespace, name }) => `${namespace}/${name}`),
  }));
}

/** Percona's operator, once in each namespace that it runs in; told which others it watches. */
function operatorReleases(fleet: Fleet, cluster: Cluster): Release[] {
  const databases = fleet.databasesIn(cluster);
  const namespaces = new Set(
    databases.flatMap((one) => one.membersIn(cluster).map(({ at }) => one.operatorIn(at).name)),
  );
  return [...namespaces].map((namespace) => {
    const watched = fleet.databasesAdministeredFrom(cluster.namespace(namespace)).map(({ name }) => name);
    const version = databases
      .filter((one) => one.membersIn(cluster).some(({ at }) => one.operatorIn(at).name === namespace))
      .map(({ settings }) => (settings.release ?? PxcRelease.V1_19_MYSQL_8_4).props.crVersion)
      .reduce(newer);
    return {
      name: 'pxc-operator',
      namespace,
      chart: 'percona/pxc-operator',
      version,
      // the chart's default is its own namespace
      ...(watched.every((one) => one === namespace)
        ? {}
        : { values: [{ watchNamespace: [...new Set(watched)].sort().join(',') }] }),
    };
  });
}

/** An operator also serves the releases before its own: https://docs.percona.com/percona-operator-for-mysql/pxc/update.html */
function newer(one: string, other: string): string {
  return one.localeCompare(other, 'en', { numeric: true }) < 0 ? other : one;
}

/** What istiod must find: its namespace's network, and how its certificate gets there. */
function beforeIstio({ primary }: Cluster): string[] {
  const stages = primary ? [Stage.NAMESPACES] : [Stage.NAMESPACES, Stage.TRUST];
  return stages.map((stage) => `/${stage}.k8s.yaml`);
}

/**
 * Plain YAML is no chart: kubectl applies it, before the first release and after the last. helmfile runs in its file's folder,
 * which is install/<cluster>.
 */
function applyHook({ name }: Cluster, event: string, files: readonly string[]) {
  const paths = files.flatMap((file) => ['-f', `../../${name}${file}`]);
  return {
    events: [event],
    showlogs: true,
    command: 'kubectl',
    args: ['--context', name, 'apply', '--server-side', ...paths],
  };
}
