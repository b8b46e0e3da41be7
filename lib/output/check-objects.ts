import { findKeyMaterial } from '../fleet/key-material';
import { type Problem, show } from '../fleet/problem';
import { isDnsName, isLabelKey, isLabelValue } from '../fleet/rules';
import type { KubernetesObject } from './render';

/** A chart's objects, where they will be written. */
export interface ObjectsOfChart {
  readonly path: string;
  readonly objects: readonly KubernetesObject[];
}

/** What in one cluster cdk8s lets through and an API server refuses, or nobody should ever read in Git. */
export function objectProblems(charts: readonly ObjectsOfChart[]): Problem[] {
  const seen = new Map<string, string>();
  const inObjects = charts.flatMap(({ path, objects }) =>
    objects.flatMap((object) => {
      const where = `${path} ${describe(object)}`;
      return [
        ...duplicate(seen, where, object),
        ...badName(where, object),
        ...badLabels(where, object),
        ...secrets(where, object),
      ];
    }),
  );
  return [...sharedFiles(charts), ...inObjects];
}

/** cdk8s lets charts within charts have the same id. */
function sharedFiles(charts: readonly ObjectsOfChart[]): Problem[] {
  const paths = charts.map(({ path }) => path);
  const shared = paths.filter((path, index) => paths.indexOf(path) < index);
  return [...new Set(shared)].map((path) => ({
    path,
    must: 'be the file of one chart',
    got: `${paths.filter((other) => other === path).length} charts of this id`,
    advice: 'give each chart of a cluster an id of its own, charts within charts too',
  }));
}

function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}`;
}

function duplicate(seen: Map<string, string>, where: string, object: KubernetesObject): Problem[] {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  const key = `${group} ${describe(object)}`;
  const first = seen.get(key);
  seen.set(key, first ?? where);
  if (first === undefined) return [];
  return [
    {
      path: where,
      must: 'be the only object of its kind, namespace and name in the cluster',
      got: `one in ${first} too`,
      advice: 'rename one of them or leave it out: the second would overwrite the first',
    },
  ];
}

function badName(where: string, { apiVersion, metadata }: KubernetesObject): Problem[] {
  const name = metadata?.name;
  // roles and their bindings are path segments, where system:node-proxier is a good name
  const isRbac = apiVersion.startsWith('rbac.authorization.k8s.io/');
  if (isDnsName(name) || (isRbac && typeof name === 'string' && /^[^/%]+$/.test(name))) return [];
  return [
    {
      path: `${where} metadata.name`,
      must: 'be a DNS name of at most 253 characters',
      got: show(name),
      advice: 'choose such a name',
    },
  ];
}

function badLabels(where: string, { metadata }: KubernetesObject): Problem[] {
  return Object.entries(metadata?.labels ?? {})
    .filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value))
    .map(([key, value]) => ({
      path: `${where} metadata.labels`,
      must: 'have keys and values of at most 63 letters, digits, -, _ and .',
      got: `${show(key)}: ${show(value)}`,
      advice: 'use an annotation for longer or freer text',
    }));
}

function secrets(where: string, object: KubernetesObject): Problem[] {
  if (object.kind === 'Secret' && object.apiVersion === 'v1' && (object.data || object.stringData)) {
    return [
      {
        path: where,
        must: 'hold no data',
        got: 'a Secret with data (not shown)',
        advice: 'write an ExternalSecret, or make the Secret out of band and refer to it by name',
      },
    ];
  }
  const key = findKeyMaterial(object);
  if (!key) return [];
  return [
    {
      path: `${where} ${key.path.slice(1)}`,
      must: 'hold no key material',
      got: `${key.what} (not shown)`,
      advice: 'take it out of the code, treat it as leaked, and refer to a Secret by its name',
    },
  ];
}
