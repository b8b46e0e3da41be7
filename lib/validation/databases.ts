import { engineOf } from '../database/engines';
import { NAMESPACE_RULE } from '../model/cluster';
import { type Database, databaseRules } from '../model/database';
import { type FieldError, show } from '../rules/field-error';
import { given } from '../rules/given';
import { checkProps, checkValue, isDnsLabel, optional } from '../rules/rules';
import { unknownClusterError } from './unknown-clusters';

/** Everything that is wrong with the props of one database. */
export function databaseErrors(path: string, database: Database): FieldError[] {
  const { nameRule, channelRule, settingsRules, settingsErrors } = engineOf(database);
  const channel = optional(channelRule);
  return [
    ...checkProps<object>(path, database.props, {
      name: nameRule,
      ...databaseRules,
      channel,
      ...settingsRules,
    }),
    ...settingsErrors(path, database.settings),
    ...nameErrors(path, database),
    ...accountErrors(path, database),
    ...clientErrors(path, database),
  ];
}

/** Whether name and size have the right JavaScript types, so that the database's pods have names. */
export function isReadableDatabase(database: Database): boolean {
  return isDnsLabel(database.name) && engineOf(database).sizeRule.holds(database.size);
}

/** The database's pods always run as its own account, so an account here would be ignored. */
function accountErrors(path: string, { members, offer }: Database): FieldError[] {
  return members.flatMap(({ at }, index) => {
    if (checkValue('', at, NAMESPACE_RULE).length > 0 || at.account === undefined) return [];
    return {
      path: index === 0 ? `${path}.source` : `${path}.replicas[${index - 1}]`,
      expected: `be a namespace without a service account: the database's pods run as ${show(offer.serviceAccount)}`,
      actual: `account ${show(at.account)} of ${show(at.name)}`,
      hint: 'leave out the account',
    };
  });
}

function clientErrors(path: string, database: Database): FieldError[] {
  return database.clients.flatMap((client, index) => {
    // the rule of the prop reports what is no namespace
    if (!NAMESPACE_RULE.holds(client)) return [];
    const at = `${path}.clients[${index}]`;
    if (client.account !== undefined) {
      return {
        path: at,
        expected: 'be a namespace as a whole: NetworkPolicy does not know accounts',
        actual: `account ${show(client.account)} of ${show(client.name)}`,
        hint: 'leave out the account, and name it in an AuthorizationPolicy of your own',
      };
    }
    const members = database.members.map((member) => member.at);
    // with a member that is no namespace the clusters of the database are unknown
    if (!members.every((member) => NAMESPACE_RULE.holds(member))) return [];
    const clusters = members.map(({ cluster }) => cluster);
    if (clusters.includes(client.cluster)) return [];
    if (clusters.some((cluster) => cluster?.name === client.cluster?.name))
      return unknownClusterError(`${at}.cluster`, client.cluster, clusters);
    return {
      path: at,
      expected: 'be in a cluster where the database has a member',
      actual: `${show(client.name)} in ${show(client.cluster?.name)}`,
      hint: 'leave it out, or offer the database to it',
    };
  });
}

function nameErrors(path: string, { props }: Database): FieldError[] {
  const { host, naming, address } = given(props);
  if (host !== undefined && naming !== undefined)
    return [
      {
        path: `${path}.naming`,
        expected: 'be left out where host is given',
        actual: 'both',
        hint: 'give the one or the other',
      },
    ];
  if (host === undefined && address !== undefined)
    return [
      { path: `${path}.address`, expected: 'belong to a host', actual: 'no host', hint: 'give the host too' },
    ];
  return [];
}
