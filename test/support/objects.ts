import { App, Chart, Testing } from 'cdk8s';
import { InvalidInputError } from '../../lib';

/** A Kubernetes object as a test looks into it. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads fields of any kind
export type AnyObject = any;

/** The objects of a chart that somebody else's app might have. */
export function synth(build: (chart: Chart) => unknown, namespace?: string): AnyObject[] {
  // not Testing.app(), which leaves a folder in /tmp each time
  const chart = new Chart(new App(), 'test', { namespace });
  build(chart);
  return chart.toJson();
}

/** The one object of a kind. */
export function only(objects: AnyObject[], kind: string): AnyObject {
  const found = ofKind(objects, kind);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}, not one`);
  return found[0];
}

export function ofKind(objects: AnyObject[], kind: string): AnyObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** The problems with which something is refused, a line each. */
export function refusal(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof InvalidInputError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  throw new Error('it was not refused');
}

/**
 * The lines with which cdk8s refuses a construct in a chart named `test`: `[<construct path>] <prop>: must …`. Building it throws
 * nothing.
 */
export function constructRefusal(build: (chart: Chart) => unknown, namespace?: string): string[] {
  const chart = new Chart(new App(), 'test', { namespace });
  build(chart);
  return validationLines(() => Testing.synth(chart));
}

/** The lines of the error with which cdk8s refuses to synthesize. */
export function validationLines(synthesize: () => unknown): string[] {
  try {
    synthesize();
  } catch (error) {
    const [first, ...lines] = (error as Error).message.split('\n');
    if (first === 'Validation failed with the following errors:') return lines.map((line) => line.trim());
    throw error;
  }
  throw new Error('it was not refused');
}
