import type { PodRef } from '../kubernetes/pod-ref';
import { retry } from '../retry';
import { type Check, firstLine, NEGATIVE_CONTROL, type Observation } from './check';
import { type Mutation, RevertError, withMutation } from './mutation';

/** How an observation must change with a mutation, and change back without it. */
export interface NegativeControl<T> {
  readonly name: string;
  readonly expected: string;
  readonly mutation: Mutation;
  /** The pod that observes. */
  readonly from?: PodRef;
  observe(): Promise<T>;
  /** Whether this is observed of the fleet as it is. */
  isIntact(value: T): boolean;
  /** Whether this is observed with the mutation. @default - what is not intact */
  isMutated?(value: T): boolean;
  /** An observation in words. */
  describe(value: T): string;
  /** How many observations in a row count. @default 1 */
  readonly agreeing?: number;
  /** How long each change may take to arrive. @default 30_000 */
  readonly timeoutMs?: number;
}

/** A check that a mutation changes what is observed. What does not change with it proves nothing. */
export function negativeControl<T>(control: NegativeControl<T>): Check {
  const { name, expected, from } = control;
  return { group: NEGATIVE_CONTROL, name, expected, timeoutMs: 0, from, run: () => runControl(control) };
}

async function runControl<T>(control: NegativeControl<T>): Promise<Observation> {
  const { mutation, observe, describe, agreeing = 1, timeoutMs = 30_000 } = control;
  const isIntact = (value: T) => control.isIntact(value);
  const isMutated = (value: T) => control.isMutated?.(value) ?? !isIntact(value);
  const becomes = (until: (value: T) => boolean) =>
    retry(observe, { until, timeoutMs, pauseMs: 300, agreeing });

  const before = await becomes(isIntact);
  if (!before.ok) return { ok: false, observed: `before the mutation: ${describe(before.value)}` };
  let during: Observation;
  try {
    during = await withMutation(mutation, async () => {
      const { ok, value } = await becomes(isMutated);
      return { ok, observed: `with the mutation: ${describe(value)}` };
    });
  } catch (error) {
    const refusal = error instanceof RevertError ? undefined : refusalByIstiod(error as Error);
    if (refusal === undefined) throw error;
    // an object that the API server does not take carries no traffic
    during = { ok: true, observed: `istiod’s webhook refuses the mutation: ${refusal}` };
  }
  const after = await becomes(isIntact);
  return {
    ok: during.ok && after.ok,
    observed: `${during.observed}; reverted: ${describe(after.value)}`,
  };
}

function refusalByIstiod({ message }: Error): string | undefined {
  const [, complaint] =
    /admission webhook "validation\.istio\.io" denied the request: (.*)/s.exec(message) ?? [];
  return complaint === undefined ? undefined : firstLine(complaint);
}
