import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { constructErrors } from '../rules/construct-errors';
import type { FieldError } from '../rules/field-error';
import { chartObjects, type KubernetesObject, kubernetesObject } from './render';

/** What is in a chart, or why that cannot be said. */
export interface ReadChart {
  readonly objects: readonly KubernetesObject[];
  readonly errors: readonly FieldError[];
}

/**
 * The errors of all constructs below an app or a chart: those that cdk8s would report, each of them as a FieldError.
 * @param prefix stands before the construct's path in each error
 */
export function validationErrors(root: IConstruct, prefix = ''): FieldError[] {
  return root.node
    .findAll()
    .flatMap((construct) => constructErrors(construct))
    .map((error) => ({ ...error, path: `${prefix}${error.path}` }));
}

/**
 * Whether the objects of an app's charts depend on one another, so that cdk8s orders them. It sorts and validates the whole app
 * for each chart, which takes a third of a large synth and changes nothing where there are no dependencies.
 */
export function hasDependencies(app: IConstruct): boolean {
  return app.node
    .findAll()
    .some((construct) => construct.node.dependencies.length > 0 || isInnerChart(construct, app));
}

/**
 * @param path of the chart's file, as an error names it
 * @param isSorted whether cdk8s sorts the objects. It refuses to where a construct of the app has errors; to find further errors
 * in the objects, their order does not matter
 */
export function readChart(path: string, chart: Chart, isSorted: boolean): ReadChart {
  try {
    const objects = isSorted
      ? chartObjects(chart)
      : apiObjects(chart).map((object) => kubernetesObject(object.toJson()));
    return { objects, errors: [] };
  } catch (error) {
    const errors = apiObjects(chart)
      .filter(hasNoEnd)
      .map((object) => endless(path, object));
    if (errors.length > 0) return { objects: [], errors };
    throw error;
  }
}

/** A chart within a chart is applied first. */
function isInnerChart(construct: IConstruct, app: IConstruct): boolean {
  return Chart.isChart(construct) && construct.node.scope !== app;
}

/** Chart.apiObjects has the chart's own children alone, not those of constructs in it. */
function apiObjects(chart: Chart): ApiObject[] {
  const all = chart.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
  return all.filter((object) => Chart.of(object) === chart);
}

/** cdk8s follows a circle until its stack is full. */
function hasNoEnd(object: ApiObject): boolean {
  try {
    object.toJson();
    return false;
  } catch (error) {
    return String(error).includes('Maximum call stack size exceeded');
  }
}

function endless(path: string, { kind, name, metadata }: ApiObject): FieldError {
  return {
    path: `${path} ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${name}`,
    expected: 'be plain data with an end',
    actual: 'an object that contains itself, or is nested too deep',
    hint: 'put the values that are needed there in place of the object that leads back',
  };
}
