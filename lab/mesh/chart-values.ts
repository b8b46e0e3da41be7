import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { InstallMethod } from '../../lib/model/control-plane';

/** A chart of Istio, and its values. */
export interface ChartValues {
  readonly chart: string;
  readonly release: string;
  readonly values: object;
}

// biome-ignore lint/suspicious/noExplicitAny: resources of several kinds, as the API server took them
type Resource = any;

/** What each install method says in a cluster's folder below dist/install, as the controller reads it that installs from it; in its order. */
const READERS: Readonly<Record<Exclude<InstallMethod, 'istioctl'>, (folder: string) => ChartValues[]>> = {
  helmfile: (folder) =>
    one(folder, 'helmfile.yaml')
      .releases.filter(({ chart }: Resource) => chart.startsWith('istio/'))
      .map((release: Resource) => ({
        chart: release.chart.replace('istio/', ''),
        release: release.name,
        values: one(folder, release.values[0]),
      })),
  flux: (folder) =>
    all(folder, 'flux.yaml')
      .filter(({ kind }) => kind === 'HelmRelease')
      .map(({ spec }) => ({ chart: spec.chart.spec.chart, release: spec.releaseName, values: spec.values })),
  argoCd: (folder) =>
    one(folder, 'argocd.yaml').spec.sources.map(({ chart, helm }: Resource) => ({
      chart,
      release: helm.releaseName,
      values: helm.valuesObject,
    })),
  k3s: (folder) =>
    all(folder, 'k3s.yaml').map(({ metadata, spec }) => ({
      chart: spec.chart,
      release: metadata.name,
      values: load(spec.valuesContent) as object,
    })),
  // the operator gives the base chart no more than a revision and a namespace
  sail: (folder) => {
    const { metadata, spec } = one(folder, 'sail.yaml');
    const profile = spec.profile ? { profile: spec.profile } : {};
    const revision = metadata.name === 'default' ? {} : { revision: metadata.name };
    const global = { istioNamespace: spec.namespace };
    return [
      {
        chart: 'base',
        release: 'istio-base',
        values: { ...profile, defaultRevision: metadata.name, global },
      },
      {
        chart: 'istiod',
        release: `${metadata.name}-istiod`,
        values: { ...spec.values, ...profile, ...revision },
      },
    ];
  },
};

export function chartValues(method: Exclude<InstallMethod, 'istioctl'>, folder: string): ChartValues[] {
  return READERS[method](folder);
}

function one(folder: string, file: string): Resource {
  return load(readFileSync(join(folder, file), 'utf8'));
}

function all(folder: string, file: string): Resource[] {
  return loadAll(readFileSync(join(folder, file), 'utf8'));
}
