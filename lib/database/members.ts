import type { DatabaseWorkload } from './engine';
import { type EngineName, engineOf } from './engines';

/** What of a Database its engine is asked for. */
interface DatabaseOfEngine {
  readonly engine: EngineName;
  readonly name: string;
  readonly size: number;
  readonly settings: object;
}

/** The pods of each member, and who they are to the mesh. */
export function workloadOf(database: DatabaseOfEngine): DatabaseWorkload {
  return engineOf(database).workload(database.name);
}

/** The names of each member's database pods, such as `db-pxc-0`. */
export function podsOf(database: DatabaseOfEngine): readonly string[] {
  const { statefulSet } = workloadOf(database);
  return Array.from({ length: database.size }, (_, ordinal) => `${statefulSet}-${ordinal}`);
}

/** The Secret with the passwords of a database. */
export function secretOf(database: DatabaseOfEngine): string {
  return engineOf(database).secretName(database.name, database.settings);
}
