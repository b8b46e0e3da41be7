import { secretOf } from '../database/members';
import type { Database } from '../model/database';
import { type FieldError, show } from '../rules/field-error';
import { isDnsLabel } from '../rules/rules';
import { DATABASE_WORDS, type NamedOffer } from './named-offer';

/** A database and how it is called in an error. */
export interface NamedDatabase {
  readonly path: string;
  readonly database: Database;
}

/** Databases and offers that would write two objects of one name in one namespace of one cluster. */
export function sameNameErrors(
  named: readonly NamedOffer[],
  databases: readonly NamedDatabase[],
): FieldError[] {
  return [...sameMember(databases), ...samePasswords(databases), ...sameObjects(named)];
}

/** Whether two offers belong to databases of one name in one namespace: sameMember reports those. */
export function areSameDatabase(one: NamedOffer, other: NamedOffer): boolean {
  const ofDatabases = one.words === DATABASE_WORDS && other.words === DATABASE_WORDS;
  return ofDatabases && isSamePlace(one, other) && one.offer.name === other.offer.name;
}

function isSamePlace({ offer: one }: NamedOffer, { offer: other }: NamedOffer): boolean {
  return one.from === other.from && one.namespace === other.namespace;
}

/** A member of a database, and where it was written. */
interface Place {
  readonly path: string;
  readonly database: Database;
  /** Its cluster and namespace. */
  readonly at: string;
}

function places(path: string, database: Database): Place[] {
  return database.members.map(({ at: { cluster, name } }, index) => ({
    path: index === 0 ? `${path}.${DATABASE_WORDS.from}` : `${path}.${DATABASE_WORDS.to}[${index - 1}]`,
    database,
    at: `namespace ${show(name)} of ${show(cluster.name)}`,
  }));
}

function sameMember(databases: readonly NamedDatabase[]): FieldError[] {
  const taken = new Map<string, Place>();
  return databases.flatMap(({ path: databasePath, database }) => {
    const errors = places(databasePath, database).flatMap((place) => {
      const key = `${database.name} in ${place.at}`;
      const first = taken.get(key);
      if (!first) taken.set(key, place);
      // offeredToItself has reported a replica in its source's cluster
      if (!first || (first.database === database && first.path === `${databasePath}.${DATABASE_WORDS.from}`))
        return [];
      return {
        path: place.path,
        expected: `be in another namespace than ${first.path}: a namespace holds one database of a name`,
        actual: `database ${show(database.name)} in ${place.at}`,
        hint: 'use another namespace, or call one of the databases otherwise',
      };
    });
    // one problem is enough for two databases with the same members
    return errors.slice(0, 1);
  });
}

/** Each database writes a ConfigMap, named after its Secret, with what the Secret must hold. */
function samePasswords(databases: readonly NamedDatabase[]): FieldError[] {
  return databases.flatMap(({ path, database }, index) => {
    const own = new Set(places(path, database).map(({ at }) => at));
    const first = databases
      .slice(0, index)
      .find(
        (other) =>
          other.database.name !== database.name &&
          secretOf(other.database) === secretOf(database) &&
          places(other.path, other.database).some(({ at }) => own.has(at)),
      );
    if (!first) return [];
    return {
      path: `${path}.secretsName`,
      expected: `differ from that of ${first.path}, which is in the same namespace`,
      actual: show(secretOf(database)),
      hint: 'give each database its own Secret',
    };
  });
}

/** Entries, policies and Services have the name of an offer, of one of its pods or of one of its workloads. */
function sameObjects(named: readonly NamedOffer[]): FieldError[] {
  const takenIn = new Map<string, Map<string, NamedOffer>>();
  return named.flatMap((entry) => {
    const { offer, path } = entry;
    // the offer's own rules have reported this already
    if (!isDnsLabel(offer.name) || !isDnsLabel(offer.namespace)) return [];
    const place = `${offer.from.name}/${offer.namespace}`;
    const taken = takenIn.get(place) ?? new Map<string, NamedOffer>();
    takenIn.set(place, taken);
    const names = objectNames(entry);
    const clash = names.find((name) => {
      const other = taken.get(name);
      return other !== undefined && isSamePlace(other, entry) && !isRefusedAnyway(other, entry);
    });
    const first = clash === undefined ? undefined : taken.get(clash);
    for (const name of names) if (!taken.has(name)) taken.set(name, entry);
    if (!first) return [];
    return {
      path: `${path}.name`,
      expected: `share no name with ${first.path} in the same namespace: both would write objects of one name`,
      actual: show(clash),
      hint: 'rename one of the two, or move it to another namespace',
    };
  });
}

/** Whether sameHostTwice or sameMember reports the same two. */
function isRefusedAnyway(first: NamedOffer, second: NamedOffer): boolean {
  const hosts = new Set(first.plan.hosts.map(({ sourceHost }) => sourceHost));
  return second.plan.hosts.some(({ sourceHost }) => hosts.has(sourceHost)) || areSameDatabase(first, second);
}

function objectNames({ offer, plan }: NamedOffer): string[] {
  return [offer.name, ...[...plan.hosts, ...plan.workloads].map(({ name }) => name)];
}
