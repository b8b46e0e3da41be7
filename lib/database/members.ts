import type { DatabaseWorkload } from './engine';
import { ENGINES, type EngineName } from './engines';
import type { PxcSettings } from './pxc/settings';

/** What of a Database its engine is asked for. */
interface DatabaseOfEngine {
  readonly engine: EngineName;
  readonly name: string;
  readonly size: number;
  readonly settings: PxcSettings;
}

/** The pods of each member, and who they are to the mesh. */
export function workloadOf({ engine, name }: DatabaseOfEngine): DatabaseWorkload {
  return ENGINES[engine].workload(name);
}

/** The names of each member's database pods, such as `db-pxc-0`. */
export function podsOf(database: DatabaseOfEngine): readonly string[] {
  const { statefulSet } = workloadOf(database);
  return Array.from({ length: database.size }, (_, ordinal) => `${statefulSet}-${ordinal}`);
}

/** The Secret with the passwords of a database. */
export function secretOf({ engine, name, settings }: DatabaseOfEngine): string {
  return ENGINES[engine].secretName(name, settings);
}
