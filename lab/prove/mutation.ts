import { LabError } from '../errors';

/** Names an object of a cluster. */
export interface ObjectRef {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One change to a running fleet that is undone after it was observed. */
export interface Mutation {
  readonly name: string;
  /** The objects that it changes. */
  readonly objects: readonly ObjectRef[];
  apply(): Promise<void>;
  revert(): Promise<void>;
}

/** A mutation is still in the cluster: what is observed from here on would say nothing about the fleet. */
export class RevertError extends LabError {
  constructor({ name, objects }: Pick<Mutation, 'name' | 'objects'>, cause: Error) {
    super(
      `the mutation '${name}' was not reverted: ${objects.map(describe).join(', ')} may still be changed, so the run stops: ${cause.message}`,
    );
  }
}

/** Applies a mutation, observes, and reverts it, whatever happens in between. */
export async function withMutation<T>(mutation: Mutation, observe: () => Promise<T>): Promise<T> {
  try {
    await mutation.apply();
    return await observe();
  } finally {
    await revert(mutation);
  }
}

/** Reverts a mutation that was applied elsewhere. */
export async function revert(mutation: Mutation): Promise<void> {
  try {
    await mutation.revert();
  } catch (error) {
    throw error instanceof RevertError ? error : new RevertError(mutation, error as Error);
  }
}

/** An object as messages name it. */
export function describe({ cluster, kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name} in ${cluster}`;
}

/** Does the work at the first call. All calls get its outcome: several checks then read what one mutation led to. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined;
  return () => {
    outcome ??= work();
    return outcome;
  };
}
