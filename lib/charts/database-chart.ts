import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { PxcReplicaSet } from '../database/pxc/replica-set';
import { ReplicationChannel } from '../database/pxc/replication-channel';
import type { Cluster } from '../model/cluster';
import type { Database, DatabaseMember } from '../model/database';
import type { Fleet } from '../model/fleet';
import { Stage } from '../model/stage';

/** The databases' members in a cluster. */
export class DatabaseChart extends Chart {
  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.DATABASE);
    for (const database of fleet.databasesIn(cluster)) {
      for (const member of database.membersIn(cluster)) {
        new PxcReplicaSet(this, `${member.at.name}.${database.name}`, {
          ...database.settings,
          name: database.name,
          namespace: member.at.name,
          clusterName: cluster.name,
          channels: channels(database, member),
          servicePerPod: member.role === 'source' && database.offer.isService,
        });
      }
    }
  }
}

/** A replica's sources are the pods that the source offers, under the names by which it offers them. */
function channels(database: Database, { role }: DatabaseMember): ReplicationChannel[] {
  const { channel, offer, replicas } = database;
  if (role === 'replica') {
    const sources = offer.hosts.map(({ consumerHost }) => ({ host: consumerHost, port: offer.port }));
    return [ReplicationChannel.replica({ name: channel, sources })];
  }
  return replicas.length > 0 ? [ReplicationChannel.source(channel)] : [];
}
