import type { Replication } from '../database/engine';
import { engineOf } from '../database/engines';
import type { MemberPlan } from '../database/member-plan';
import { podsOf, secretOf } from '../database/members';
import type { Cluster } from '../model/cluster';
import type { Database, DatabaseMember } from '../model/database';
import { lowerOffer } from '../offers/kinds';
import type { OfferedHost } from '../offers/offer-plan';
import type { Planned } from './cluster-plan';
import { item } from './item';
import { isMeshed, type Mesh, membersIn, operatorNamespaceOf } from './mesh';

/** A member of a database in a cluster, as the rest of the plan and its readers ask for it. */
export interface DatabasePlan {
  readonly database: Database;
  readonly role: DatabaseMember['role'];
  readonly namespace: string;
  readonly operatorNamespace: string;
  readonly secretName: string;
  readonly pods: readonly string[];
  /** Whether its pods have proxies. */
  readonly isMeshed: boolean;
}

/** The members of databases in a cluster. */
export function planDatabases(mesh: Mesh, cluster: Cluster): DatabasePlan[] {
  return mesh.partOf(cluster).databases.flatMap((database) =>
    membersIn(database, cluster).map(({ at, role }) => ({
      ...{ database, role },
      namespace: at.name,
      operatorNamespace: operatorNamespaceOf(database, at),
      secretName: secretOf(database),
      pods: podsOf(database),
      isMeshed: isMeshed(mesh, cluster, at.name),
    })),
  );
}

/** What is written for each member. */
export function planMembers({ partOf }: Mesh, cluster: Cluster): Planned<MemberPlan>[] {
  return partOf(cluster).databases.flatMap((database) =>
    membersIn(database, cluster).map(({ at, role }) => {
      const { name, settings } = database;
      // the source's pods need a Service each where replicas dial those, which the gateway then knows without entries
      const { gatewayEntries, hosts } = lowerOffer(database.offer);
      const member = engineOf(database).member({
        ...{ name, settings },
        namespace: at.name,
        clusterName: cluster.name,
        replication: replicationOf(database, role, hosts),
        servicePerPod: role === 'source' && gatewayEntries.length === 0,
      });
      return item(`${at.name}.${name}`, member);
    }),
  );
}

/** A replica's sources are the pods that the source offers, under the names by which it offers them. */
function replicationOf(
  { channel, offer, replicas }: Database,
  role: DatabaseMember['role'],
  hosts: readonly OfferedHost[],
): Replication {
  if (role === 'source') return replicas.length > 0 ? { role, channel } : { role: 'alone' };
  const sources = hosts.map(({ consumerHost }) => ({ host: consumerHost, port: offer.port }));
  return { role, channel, sources };
}
