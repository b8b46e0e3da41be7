import type { RequiredSecretProps } from '../../secrets/required-secret';

/** The Secret with the passwords of MySQL's system users, which a person or a pipeline makes. */
export function requiredPasswords(
  secretName: string,
  namespace: string,
  clusterName?: string,
): RequiredSecretProps {
  const kubectl = clusterName ? `kubectl --context ${clusterName}` : 'kubectl';
  const users = ['root', 'xtrabackup', 'monitor', 'proxyadmin', 'operator', 'replication'];
  return {
    secretName,
    namespace,
    what:
      `The Secret ${secretName} in ${namespace} must exist before this database is applied: where it is missing, the operator makes ` +
      'passwords of its own, and the clusters do not share them. It has a password under each of the keys ' +
      `${users.join(', ')}. The password under replication must be the same in every cluster of the database: a replica ` +
      'logs in to its source with its own copy of it. The command reads a file for each user, without a line break at its end.',
    command: `${kubectl} create secret generic ${secretName} --namespace ${namespace} ${users
      .map((user) => `--from-file=${user}=passwords/${user}`)
      .join(' ')}`,
    check: `${kubectl} get secret ${secretName} --namespace ${namespace} -o 'go-template={{range $key, $_ := .data}}{{$key}} {{end}}'`,
  };
}
