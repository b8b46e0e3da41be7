import type { PxcSettings } from './settings';

/**
 * How long a replica waits for a silent source: seconds, of which MySQL sends a heartbeat at half. MySQL's own 60 leave a replica
 * without a source for minutes when the network says nothing (docs/decisions/0016).
 */
const REPLICA_NET_TIMEOUT = 5;

/** For every member: with the next change of roles it may be the replica. MySQL takes the last of several values: the user's. */
export function configuration({ mysqlConfiguration = '' }: PxcSettings): string {
  return `[mysqld]\nreplica_net_timeout=${REPLICA_NET_TIMEOUT}\n${mysqlConfiguration}`;
}
