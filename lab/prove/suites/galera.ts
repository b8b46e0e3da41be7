import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { podLabels } from '../../../lib/database/pxc/names';
import type { Database } from '../../../lib/model/database';
import type { PodRef } from '../../kubernetes/pod-ref';
import type { Lab } from '../../lab';
import { retry } from '../../retry';
import { type Check, NEGATIVE_CONTROL, type Observation } from '../check';
import type { ProofContext } from '../context';
import type { Manifest } from '../manifests';
import { type Mutation, once, withMutation } from '../mutation';
import { objectMutation } from '../mutations/objects';
import { PlannedObjects } from '../planned-objects';
import type { Suite } from '../suite';

const NODES = 3;
const READY_TIMEOUT = 120_000;
/** What Galera logs when its connections to all peers led nowhere. */
const GAVE_UP = 'failed to reach primary view';
const EXCLUSIONS = /^traffic\.sidecar\.istio\.io\/exclude/;

/**
 * A Galera cluster in the mesh, of MariaDB because the lab has no Percona XtraDB Cluster, in the source's namespace and with the
 * annotations of the database's own pods. It forms and survives the loss of a pod. It does not form when the annotations no longer keep
 * Galera's ports out of the mesh.
 */
export const galera: Suite = {
  title: 'Galera forms in the mesh with the annotations of a database’s pods',
  phase: 'beside replication',
  available: (context) =>
    meshedDatabase(context) ? undefined : 'no database of the fleet has its source in the mesh',
  checks: (context) => {
    const database = meshedDatabase(context);
    return database ? galeraChecks(context, database) : [];
  },
};

/** One is enough: the pods of all databases have the same annotations. */
function meshedDatabase({ fleet, facts }: ProofContext): Database | undefined {
  return fleet.databases.find(({ source }) => facts.isMeshed(source));
}

function galeraChecks({ lab, dist }: ProofContext, database: Database): Check[] {
  const { cluster, name: namespace } = database.source;
  const planned = new PlannedObjects(dist);
  const annotations = podAnnotations(planned, database);
  const inMesh = Object.fromEntries(Object.entries(annotations).filter(([key]) => !EXCLUSIONS.test(key)));
  const nodes = (name: string, podAnnotations: Record<string, string>) =>
    galeraNodes(lab, planned, database, name, podAnnotations);
  const cluster3 = once(() => {
    const pods = podsOf(database, 'eastwest-galera');
    return withMutation(nodes('eastwest-galera', annotations), () => observeCluster(lab, pods));
  });
  const proxied = podsOf(database, 'eastwest-proxied');
  const check = (group: string, name: string, expected: string, run: Check['run']): Check => ({
    ...{ group, name: `${cluster.name}/${namespace}: ${name}`, expected, timeoutMs: 0, run },
    sequence: 'galera',
  });
  return [
    check(
      'Galera',
      `${NODES} nodes with the annotations of ${database.name}`,
      'form a cluster',
      async () => (await cluster3()).formed,
    ),
    check(
      'Galera',
      'a node is lost',
      'joins again, with the rows that it missed',
      async () => (await cluster3()).rejoined,
    ),
    check(NEGATIVE_CONTROL, 'Galera’s ports not excluded from the mesh', 'no cluster forms', () =>
      withMutation(nodes('eastwest-proxied', inMesh), () => observeFailure(lab, proxied)),
    ),
  ];
}

type Nodes = readonly [PodRef, PodRef, PodRef];

function podsOf({ source }: Database, name: string): Nodes {
  const pod = (index: number): PodRef => ({
    ...{ cluster: source.cluster.name, namespace: source.name, pod: `${name}-${index}` },
  });
  return [pod(0), pod(1), pod(2)];
}

/** What became of a cluster, and of its node that was lost. */
interface ClusterObservations {
  readonly formed: Observation;
  readonly rejoined: Observation;
}

async function observeCluster(lab: Lab, [first, second, third]: Nodes): Promise<ClusterObservations> {
  const { cluster, namespace } = first;
  // a node counts as soon as it has joined, and answers once it has the others' state
  await lab.cluster(cluster).pods.waitPodReady(namespace, third.pod, READY_TIMEOUT);
  const size = await sizeReached(lab, first, NODES, 5_000);
  const table =
    'CREATE DATABASE proof; CREATE TABLE proof.t (n INT PRIMARY KEY); INSERT INTO proof.t VALUES (1)';
  await sql(lab, first, table);
  const rows = await sql(lab, third, 'SELECT COUNT(*) FROM proof.t');
  const formed = {
    ok: size === NODES && rows === '1',
    observed: `a cluster of ${size}; ${rows} of 1 row on ${third.pod}`,
  };
  await lab.cluster(cluster).pods.delete(namespace, second.pod);
  await sql(lab, first, 'INSERT INTO proof.t VALUES (2)');
  await lab.cluster(cluster).pods.waitPodReady(namespace, second.pod, READY_TIMEOUT);
  const sizeAgain = await sizeReached(lab, first, NODES, 30_000);
  const rowsAgain = await sql(lab, second, 'SELECT COUNT(*) FROM proof.t');
  const rejoined = {
    ok: sizeAgain === NODES && rowsAgain === '2',
    observed: `a cluster of ${sizeAgain}; ${rowsAgain} of 2 rows on ${second.pod}`,
  };
  return { formed, rejoined };
}

async function observeFailure(lab: Lab, [first, second]: Nodes): Promise<Observation> {
  const gaveUp = await gaveUpReaching(lab, second);
  const size = await sizeReached(lab, first, NODES, 0);
  return {
    ok: gaveUp && size === 1,
    observed: `a cluster of ${size}${gaveUp ? `; ${second.pod}: ${GAVE_UP}` : ''}`,
  };
}

/** The annotations that the operator gives to the database's pods. */
function podAnnotations(planned: PlannedObjects, database: Database): Record<string, string> {
  const annotations = planned.databaseResource(database).spec.pxc.annotations;
  if (!annotations)
    throw new Error(`${database.source.name}/${database.name} has no annotations for its pods`);
  return annotations;
}

/** The database's own NetworkPolicies, for an instance of another name. */
function policiesFor(planned: PlannedObjects, database: Database, instance: string): Manifest[] {
  const label = (of: string) => `"app.kubernetes.io/instance":"${of}"`;
  return planned.databaseNetworkPolicies(database).map((policy) => ({
    ...(JSON.parse(JSON.stringify(policy).replaceAll(label(database.name), label(instance))) as Manifest),
    metadata: { name: instance, namespace: database.source.name },
  }));
}

/** The nodes of a Galera cluster: the revert deletes them. */
function galeraNodes(
  lab: Lab,
  planned: PlannedObjects,
  database: Database,
  name: string,
  annotations: Record<string, string>,
): Mutation {
  const namespace = database.source.name;
  // as the operator would label an instance of this name
  const labels = podLabels(name);
  const service: Manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: labels,
      ports: [{ name: 'tcp-mysql', port: 3306 }],
    },
  };
  const statefulSet: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace },
    spec: {
      serviceName: name,
      replicas: NODES,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'mariadb', image: 'mariadb', ports: [{ containerPort: 3306 }] }],
        },
      },
    },
  };
  return objectMutation(lab, {
    name: `a Galera cluster ${name}`,
    cluster: database.source.cluster.name,
    original: [],
    changed: [...policiesFor(planned, database, name), service, statefulSet],
  });
}

/** Whether a node reached no other in a whole attempt. */
async function gaveUpReaching(lab: Lab, { cluster, namespace, pod }: PodRef): Promise<boolean> {
  const gaveUp = () => {
    const runner = lab
      .cluster(cluster)
      .pods.all.find(({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === pod);
    const log = runner && join(runner.folder, 'mariadb.log');
    return log !== undefined && existsSync(log) && readFileSync(log, 'utf8').includes(GAVE_UP);
  };
  return (await retry(gaveUp, { until: (value) => value, timeoutMs: 60_000 })).ok;
}

/** The size of the cluster that a node belongs to, once it is as wanted or the time is over. */
async function sizeReached(lab: Lab, node: PodRef, wanted: number, timeoutMs: number): Promise<number> {
  const status =
    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_CLUSTER_SIZE'";
  const size = async () => Number(await sql(lab, node, status).catch(() => '0'));
  return (await retry(size, { until: (value) => value >= wanted, timeoutMs })).value;
}

async function sql(lab: Lab, { cluster, namespace, pod }: PodRef, statement: string): Promise<string> {
  const argv = ['mariadb', '--no-defaults', '-uroot', '-S', '/run/mysqld/mysqld.sock', '-N', '-e', statement];
  const { code, stdout, stderr } = await lab
    .cluster(cluster)
    .pods.exec(namespace, pod, 'mariadb', argv, { timeoutMs: 10_000 });
  if (code !== 0) throw new Error(`${namespace}/${pod}: ${stderr.trim()}`);
  return stdout.trim();
}
