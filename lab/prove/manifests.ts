import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { ObjectRef } from './mutation';

/** An object of dist. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: checks and mutations read specs of several kinds
  readonly spec?: any;
}

/** The objects of one of a cluster's files; none where the cluster has no such file. */
export function manifests(dist: string, cluster: string, file: string): Manifest[] {
  const path = join(dist, cluster, `${file}.k8s.yaml`);
  return existsSync(path) ? (loadAll(readFileSync(path, 'utf8')) as Manifest[]) : [];
}

/** The objects of all files of a cluster, or of those that are wanted. */
export function allManifests(
  dist: string,
  cluster: string,
  isWanted: (file: string) => boolean = () => true,
): Manifest[] {
  return readdirSync(join(dist, cluster))
    .filter((file) => file.endsWith('.k8s.yaml') && isWanted(file))
    .flatMap((file) => loadAll(readFileSync(join(dist, cluster, file), 'utf8')) as Manifest[]);
}

export function refOf(cluster: string, { kind, metadata: { namespace, name } }: Manifest): ObjectRef {
  return { cluster, kind, namespace, name };
}
