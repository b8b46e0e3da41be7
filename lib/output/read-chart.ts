import type { ApiObject, Chart } from 'cdk8s';
import type { Problem } from '../fleet/problem';
import { chartObjects, type KubernetesObject } from './render';

/** What is in a chart, or why that cannot be said. */
export interface ReadChart {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly Problem[];
}

/** @param path of the chart's file, as an error names it */
export function readChart(path: string, chart: Chart): ReadChart {
  try {
    return { objects: chartObjects(chart), problems: [] };
  } catch (error) {
    const problems = chart.apiObjects.filter(hasNoEnd).map((object) => endless(path, object));
    if (problems.length > 0) return { objects: [], problems };
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

function endless(path: string, { kind, name, metadata }: ApiObject): Problem {
  return {
    path: `${path} ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${name}`,
    must: 'be plain data with an end',
    got: 'an object that contains itself, or is nested too deep',
    advice: 'put the values that are needed there in place of the object that leads back',
  };
}
