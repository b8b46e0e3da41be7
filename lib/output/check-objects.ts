import { type FieldError, show } from '../rules/field-error';
import { findKeyMaterial } from '../rules/key-material';
import { isDnsName, isLabelKey, isLabelValue } from '../rules/rules';
import type { KubernetesObject } from './render';

/** A chart's objects, where they will be written. */
export interface ObjectsOfChart {
  readonly path: string;
  readonly objects: readonly KubernetesObject[];
}

/** What in one cluster cdk8s lets through and an API server refuses, or nobody should ever read in Git. */
export function objectErrors(charts: readonly ObjectsOfChart[]): FieldError[] {
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
function sharedFiles(charts: readonly ObjectsOfChart[]): FieldError[] {
  const paths = charts.map(({ path }) => path);
  const shared = paths.filter((path, index) => paths.indexOf(path) < index);
  return [...new Set(shared)].map((path) => ({
    path,
    expected: 'be the file of one chart',
    actual: `${paths.filter((other) => other === path).length} charts of this id`,
    hint: 'give each chart of a cluster an id of its own, charts within charts too',
  }));
}

function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}`;
}

function duplicate(seen: Map<string, string>, where: string, object: KubernetesObject): FieldError[] {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  const key = `${group} ${describe(object)}`;
  const first = seen.get(key);
  seen.set(key, first ?? where);
  if (first === undefined) return [];
  return [
    {
      path: where,
      expected: 'be the only object of its kind, namespace and name in the cluster',
      actual: `one in ${first} too`,
      hint: 'rename one of them or leave it out: the second would overwrite the first',
    },
  ];
}

function badName(where: string, { apiVersion, metadata }: KubernetesObject): FieldError[] {
  const name = metadata?.name;
  // roles and their bindings are path segments, where system:node-proxier is a good name
  const isRbac = apiVersion.startsWith('rbac.authorization.k8s.io/');
  if (isDnsName(name) || (isRbac && typeof name === 'string' && /^[^/%]+$/.test(name))) return [];
  return [
    {
      path: `${where} metadata.name`,
      expected: 'be a DNS name of at most 253 characters',
      actual: show(name),
      hint: 'choose such a name',
    },
  ];
}

function badLabels(where: string, { metadata }: KubernetesObject): FieldError[] {
  return Object.entries(metadata?.labels ?? {})
    .filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value))
    .map(([key, value]) => ({
      path: `${where} metadata.labels`,
      expected: 'have keys and values of at most 63 letters, digits, -, _ and .',
      actual: `${show(key)}: ${show(value)}`,
      hint: 'use an annotation for longer or freer text',
    }));
}

function secrets(where: string, object: KubernetesObject): FieldError[] {
  if (object.kind === 'Secret' && object.apiVersion === 'v1' && (object.data || object.stringData)) {
    return [
      {
        path: where,
        expected: 'hold no data',
        actual: 'a Secret with data (not shown)',
        hint: 'write an ExternalSecret, or make the Secret out of band and refer to it by name',
      },
    ];
  }
  const key = findKeyMaterial(object);
  if (!key) return [];
  return [
    {
      path: `${where} ${key.path.slice(1)}`,
      expected: 'hold no key material',
      actual: `${key.what} (not shown)`,
      hint: 'take it out of the code, treat it as leaked, and refer to a Secret by its name',
    },
  ];
}
