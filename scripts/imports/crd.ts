import { ImportsError } from './errors';
import type { Source } from './sources';

type Schema = { [key: string]: unknown };

export interface Crd {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly scope: string;
    readonly versions?: readonly Version[];
  };
}

interface Version {
  readonly name: string;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
}

/** The definition of a source's kind among YAML documents. */
export function findCrd(documents: readonly unknown[], source: Source, from: string): Crd {
  const found = documents.find((document): document is Crd => {
    const crd = document as Crd | null;
    return (
      crd?.kind === 'CustomResourceDefinition' &&
      crd.spec?.group === source.group &&
      crd.spec?.names?.kind === source.kind
    );
  });
  if (found) return found;
  throw new ImportsError(
    `${from}: must define ${source.kind} of ${source.group}, found none; check scripts/imports/sources.ts or the folder`,
  );
}

/** The definition with one version and only what types are made from. */
export function cutToVersion(crd: Crd, source: Source, from: string): object {
  const versions = crd.spec.versions ?? [];
  const version = versions.find(({ name }) => name === source.version);
  if (!version?.schema?.openAPIV3Schema) {
    const served = versions.filter(({ schema }) => schema?.openAPIV3Schema).map(({ name }) => name);
    throw new ImportsError(
      `${from}: ${source.kind} must have version ${source.version} with a schema, has ${served.join(', ') || 'none'}; correct scripts/imports/sources.ts`,
    );
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crd.metadata.name },
    spec: {
      group: crd.spec.group,
      names: crd.spec.names,
      scope: crd.spec.scope,
      versions: [
        {
          name: version.name,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: slim(version.schema.openAPIV3Schema) as Schema },
        },
      ],
    },
  };
}

/**
 * Parts of a pod that a CRD repeats in full wherever it lets users shape one. Typed, they are four fifths of Percona's
 * definition; nothing here writes them, and the generated classes pass them on as they are.
 */
const POD_SHAPED = new Set([
  // an Issuer's, with a pod for each solver; it gives no CA certificates
  'acme',
  'advanced',
  'containerSecurityContext',
  'dataSource',
  'dataSourceRef',
  'emptyDir',
  'env',
  'envFrom',
  'hostAliases',
  'imagePullSecrets',
  'initContainers',
  'lifecycle',
  'livenessProbes',
  'podSecurityContext',
  'readinessProbes',
  'sidecarPVCs',
  'sidecarVolumes',
  'sidecars',
  'startupProbe',
  'tolerations',
  'topologySpreadConstraints',
  'volumes',
]);

const ANYTHING = { 'x-kubernetes-preserve-unknown-fields': true };

function slim(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(slim);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (isQuantity(schema as Schema)) return { type: 'string' };
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'description' && typeof value === 'string'))
      .map(([key, value]) => [key, key === 'properties' ? slimProperties(value as Schema) : slim(value)]),
  );
}

function slimProperties(properties: Schema): Schema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      POD_SHAPED.has(name) ? ANYTHING : slim(schema),
    ]),
  );
}

/** A quantity such as 10Gi: number or string in the schema, but a class for each place is no help to who writes one. */
function isQuantity(schema: Schema): boolean {
  return schema['x-kubernetes-int-or-string'] === true && String(schema.pattern).includes('KMGTPE');
}
