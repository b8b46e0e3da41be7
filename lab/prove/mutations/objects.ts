import type { Lab } from '../../lab';
import { type Manifest, refOf } from '../manifests';
import type { Mutation } from '../mutation';

/** A mutation as data: the objects of one cluster as dist has them, and what becomes of them. */
export interface ObjectChange {
  readonly name: string;
  readonly cluster: string;
  /** The objects of dist. Those that `changed` does not have are deleted. */
  readonly original: readonly Manifest[];
  /** Objects that are changed, or added where `original` does not have them. */
  readonly changed: readonly Manifest[];
  /**
   * Whether a revert must delete the objects and make them anew: istiod's allocator gives no address to an entry that had been given some
   * and lost them (its patch tests for a status that is not there any more).
   */
  readonly isRecreated?: boolean;
}

/** Applies the change with kubectl; a revert applies the objects of dist. */
export function objectMutation(lab: Lab, change: ObjectChange): Mutation {
  const { name, original, changed, isRecreated } = change;
  const cluster = lab.cluster(change.cluster);
  const remove = async (manifests: readonly Manifest[]) => {
    for (const { apiVersion, kind, metadata } of manifests)
      await cluster.kubectl.run([
        ...['delete', resourceOf(apiVersion, kind), metadata.name, '--ignore-not-found'],
        ...(metadata.namespace ? ['-n', metadata.namespace] : []),
      ]);
  };
  const applyAll = async (manifests: readonly Manifest[]) => {
    for (const manifest of manifests) await cluster.kubectl.applyText(JSON.stringify(manifest));
  };
  return {
    name,
    objects: all(original, changed).map((manifest) => refOf(change.cluster, manifest)),
    apply: async () => {
      await remove(without(original, changed));
      await applyAll(changed);
    },
    revert: async () => {
      await remove(isRecreated ? changed : without(changed, original));
      await applyAll(original);
    },
  };
}

/** A kind as kubectl tells it from others of the same name: Kind.version.group. */
function resourceOf(apiVersion: string, kind: string): string {
  const [version, group] = apiVersion.split('/').reverse();
  return group ? `${kind}.${version}.${group}` : kind;
}

function without(some: readonly Manifest[], others: readonly Manifest[]): Manifest[] {
  return some.filter((one) => !others.some((other) => isSame(one, other)));
}

function all(original: readonly Manifest[], changed: readonly Manifest[]): Manifest[] {
  return [...original, ...without(changed, original)];
}

function isSame(one: Manifest, other: Manifest): boolean {
  return (
    one.kind === other.kind &&
    one.metadata.name === other.metadata.name &&
    one.metadata.namespace === other.metadata.namespace
  );
}
