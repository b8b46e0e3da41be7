import type { Rule } from './rules';

// The names that Percona's operator derives from a PerconaXtraDBCluster's, seen with operator 1.19.0
// (percona/percona-xtradb-cluster-operator pkg/naming).

export function statefulSet(database: string): string {
  return `${database}-pxc`;
}

/** Ours: the operator's default is the namespace's `default` account, which neighbours share. */
export function serviceAccount(database: string): string {
  return `${database}-pxc`;
}

export function haproxyServiceAccount(database: string): string {
  return `${database}-haproxy`;
}

export function secrets(database: string): string {
  return `${database}-secrets`;
}

export function podLabels(database: string): { [key: string]: string } {
  return {
    'app.kubernetes.io/component': 'pxc',
    'app.kubernetes.io/instance': database,
    'app.kubernetes.io/name': 'percona-xtradb-cluster',
  };
}

/** MySQL's own limit for a channel's name is 64 characters. */
export const CHANNEL_NAME_RULE: Rule = {
  must: "be a channel name of 1 to 64 characters (letters, digits, '_', '-' and '.'), not one of group replication",
  advice: "choose such a name, for instance 'a_to_b'",
  holds: (value) =>
    typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) && !/^group_replication_/.test(value),
};
