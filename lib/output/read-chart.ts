import type { ApiObject, Chart } from 'cdk8s';
import type { FieldError } from '../rules/field-error';
import { chartObjects, type KubernetesObject } from './render';

/** What is in a chart, or why that cannot be said. */
export interface ReadChart {
  readonly objects: readonly KubernetesObject[];
  readonly errors: readonly FieldError[];
}

/** @param path of the chart's file, as an error names it */
export function readChart(path: string, chart: Chart): ReadChart {
  try {
    return { objects: chartObjects(chart), errors: [] };
  } catch (error) {
    const errors = chart.apiObjects.filter(hasNoEnd).map((object) => endless(path, object));
    if (errors.length > 0) return { objects: [], errors };
    throw error;
  }
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
