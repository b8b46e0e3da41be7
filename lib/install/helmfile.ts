import { Stage } from '../model/stage';
import { type OutputFile, yamlFile } from '../output/render';
import type { InstallPlan, OperatorPlan } from '../plan/install';
import { ISTIO_CHARTS, istioCharts } from './charts';

/**
 * A helmfile for `helmfile sync`, which applies, one after the other, namespaces, CRDs, operators and services; its context is
 * called as the cluster is.
 * https://helmfile.readthedocs.io/
 */
export function helmfileFiles(plan: InstallPlan): OutputFile[] {
  const { clusterName, version, istioNamespace, operators } = plan;
  const charts = istioCharts(plan);
  const valuesFile = (release: string) => `${release}.values.yaml`;
  const istio = charts.map(({ release, chart }) => ({
    name: release,
    namespace: istioNamespace,
    chart: `istio/${chart}`,
    version,
    values: [valuesFile(release)],
  }));
  const releases = inOrder([...istio, ...operators.map(operatorRelease)]);
  const helmfile = {
    repositories: [{ name: 'istio', url: ISTIO_CHARTS }, ...repositories(operators)],
    helmDefaults: { kubeContext: clusterName, wait: true },
    releases: releases.map((release, index) => ({
      ...release,
      ...(index === 0 ? { hooks: [applyHook(clusterName, 'presync', beforeIstio(plan))] } : {}),
      ...(index === releases.length - 1 ? { hooks: [applyHook(clusterName, 'postsync', [''])] } : {}),
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

/** A database's operator, told which namespaces it watches where that is not its own: the chart's default. */
function operatorRelease({ release, chart, version, namespace, watchedNamespaces }: OperatorPlan): Release {
  const watchesItself = watchedNamespaces.every((one) => one === namespace);
  return {
    name: release,
    ...{ namespace, chart, version },
    ...(watchesItself ? {} : { values: [{ watchNamespace: watchedNamespaces.join(',') }] }),
  };
}

/** Each of the operators' repositories once. */
function repositories(operators: readonly OperatorPlan[]) {
  return [...new Map(operators.map(({ repository }) => [repository.name, repository])).values()];
}

/** What istiod must find: its namespace's network, and how its certificate gets there. */
function beforeIstio({ remoteIstiod }: InstallPlan): string[] {
  const stages = remoteIstiod ? [Stage.NAMESPACES] : [Stage.NAMESPACES, Stage.TRUST];
  return stages.map((stage) => `/${stage}.k8s.yaml`);
}

/**
 * Plain YAML is no chart: kubectl applies it, before the first release and after the last. helmfile runs in its file's folder,
 * which is install/<cluster>.
 */
function applyHook(name: string, event: string, files: readonly string[]) {
  const paths = files.flatMap((file) => ['-f', `../../${name}${file}`]);
  return {
    events: [event],
    showlogs: true,
    command: 'kubectl',
    args: ['--context', name, 'apply', '--server-side', ...paths],
  };
}
