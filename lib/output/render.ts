import type { Chart } from 'cdk8s';
import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarStyleRule } from 'js-yaml';

/** One file of the output. */
export interface OutputFile {
  /** The file's path below the output folder, with slashes. */
  readonly path: string;
  /** The file's text. */
  readonly content: string;
}

/** A Kubernetes object as plain data. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: { [key: string]: string };
    readonly annotations?: { [key: string]: string };
  };
  readonly [field: string]: unknown;
}

/** A chart's objects, as `kubernetesObject` makes each. */
export function chartObjects(chart: Chart): KubernetesObject[] {
  return chart.toJson().map(kubernetesObject);
}

/** An object with its fields in Kubernetes' order; cdk8s sorts them by the alphabet. */
export function kubernetesObject({
  apiVersion,
  kind,
  metadata,
  ...rest
}: KubernetesObject): KubernetesObject {
  const { name, namespace, labels, annotations, ...others } = metadata ?? {};
  return {
    apiVersion,
    kind,
    metadata: given({ name, namespace, labels, annotations, ...others }),
    ...rest,
  };
}

function given(fields: { [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * A file with a YAML document for each object. By js-yaml, because cdk8s' own writer takes two thirds of the time of a
 * large synth; it too quotes what YAML 1.1, which kubectl reads, would take for something else than a string.
 */
export function yamlFile(path: string, objects: readonly object[]): OutputFile {
  const documents = objects.map((object) =>
    dump(object, { lineWidth: -1, noRefs: true, scalarStyleRules: STYLES }),
  );
  return { path, content: documents.join('---\n') };
}

const STYLES: readonly ScalarStyleRule[] = [
  ...Object.values(DEFAULT_SCALAR_STYLE_RULES),
  // Readers of YAML 1.1 differ on which of "." and "1,000" and "e0" are numbers: a text without any other letter than
  // an exponent's is quoted.
  (layout) => {
    const isText = layout.node.tag === 'tag:yaml.org,2002:str';
    if (isText && layout.style === SCALAR_STYLE.PLAIN && !/[A-DF-Za-df-z]/.test(layout.node.value)) {
      layout.style = SCALAR_STYLE.SINGLE_QUOTED;
    }
  },
];
