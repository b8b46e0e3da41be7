import type { Rule } from '../../rules/rules';

// The names that Percona's operator derives from a PerconaXtraDBCluster's (percona/percona-xtradb-cluster-operator pkg/naming). The
// CR follows release 1.19.0 (crVersion); the lab runs operator 1.20.0, and there they were seen.

export function statefulSet(database: string): string {
  return `${database}-pxc`;
}

/** The pods of its StatefulSet. */
export function pods(database: string, size: number): string[] {
  return Array.from({ length: size }, (_, index) => `${statefulSet(database)}-${index}`);
}

/** Ours: the operator's default is the namespace's `default` account, which neighbours share. */
export function serviceAccount(database: string): string {
  return `${database}-pxc`;
}

export function haproxyServiceAccount(database: string): string {
  return haproxy(database);
}

export function secrets(database: string): string {
  return `${database}-secrets`;
}

/** The StatefulSet of its HAProxy pods. */
export function haproxy(database: string): string {
  return `${database}-haproxy`;
}

/** What selects the database's MySQL pods. */
export function podLabels(database: string): { [key: string]: string } {
  return { 'app.kubernetes.io/component': 'pxc', ...memberLabels(database) };
}

/** What selects its HAProxy pods. */
export function haproxyPodLabels(database: string): { [key: string]: string } {
  return { 'app.kubernetes.io/component': 'haproxy', ...memberLabels(database) };
}

/** What selects everything that the operator runs for a database: MySQL, its proxies, backups. */
export function memberLabels(database: string): { [key: string]: string } {
  return { 'app.kubernetes.io/instance': database, 'app.kubernetes.io/name': 'percona-xtradb-cluster' };
}

/** What the operator's own pods have in common, from Percona's YAML as from its Helm chart. */
export const OPERATOR_LABELS = { 'app.kubernetes.io/component': 'operator' };

/** Where its pods listen (pkg/pxc/app/statefulset/node.go, haproxy.go; pkg/webhook/hook.go). */
export const PORTS = {
  mysql: 3306,
  /** HAProxy's, for reads from any pod. */
  mysqlReplicas: 3307,
  /** HAProxy's, for clients that speak the PROXY protocol. */
  proxyProtocol: 3309,
  mysqlx: 33060,
  /** For the operator and for HAProxy's checks. */
  admin: 33062,
  /** Full state transfer, group communication, incremental state transfer. */
  galera: [4444, 4567, 4568],
  operatorWebhook: 9443,
} as const;

/** MySQL's own limit for a channel's name is 64 characters. */
export const CHANNEL_NAME_RULE: Rule = {
  expected:
    "be a channel name of 1 to 64 characters (letters, digits, '_', '-' and '.'), not one of group replication",
  hint: "choose such a name, for instance 'a_to_b'",
  holds: (value) =>
    typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) && !/^group_replication_/.test(value),
};
