import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { podLabels, statefulSet } from '../../lib/database/pxc/names';
import type { Database } from '../../lib/model/database';
import type { Lab } from '../lab';
import { retry } from '../retry';
import { type Manifest, manifests } from './offers';
import { CONTROL, type Place, type Probe, type Verdict } from './probe';

const NODES = 3;
/** What Galera logs when its connections to all peers led nowhere. */
const GAVE_UP = 'failed to reach primary view';
const EXCLUSIONS = /^traffic\.sidecar\.istio\.io\/exclude/;

/**
 * A Galera cluster in the mesh, of MariaDB because Percona's is not to be had here, in the source's namespace and under the
 * annotations of the database's own pods: it must form and survive the loss of a pod; and it must not form when the
 * annotations no longer keep Galera's ports out of the mesh. Asked in order.
 */
export function galeraProbes(lab: Lab, dist: string, database: Database): Probe[] {
  const { cluster, name: namespace } = database.source;
  const annotations = podAnnotations(dist, database);
  const without = Object.fromEntries(Object.entries(annotations).filter(([key]) => !EXCLUSIONS.test(key)));
  const policies = (instance: string) => policiesFor(dist, database, instance);
  const nodes = (name: string) =>
    Array.from(
      { length: NODES },
      (_, n): Place => ({ cluster: cluster.name, namespace, pod: `${name}-${n}` }),
    );
  const probe = (
    group: string,
    name: string,
    expected: string,
    from: Place,
    body: () => Promise<Verdict>,
  ): Probe => ({
    group,
    name: `${cluster.name}/${namespace}: ${name}`,
    expected,
    patienceMs: 0,
    from,
    ask: body,
  });
  const [first, second, third] = nodes('eastwest-galera') as [Place, Place, Place];
  const [alone, refused] = nodes('eastwest-proxied') as [Place, Place];
  return [
    probe(
      'galera',
      `${NODES} nodes under ${database.name}’s annotations`,
      'form a cluster',
      first,
      async () => {
        await createNodes(lab, first, annotations, policies);
        // A node counts as soon as it has joined, and answers once it has the others' state.
        await lab.cluster(cluster.name).waitPodReady(namespace, third.pod, 90_000);
        const size = await sizeReached(lab, first, NODES, 5_000);
        await sql(
          lab,
          first,
          'CREATE DATABASE proof; CREATE TABLE proof.t (n INT PRIMARY KEY); INSERT INTO proof.t VALUES (1)',
        );
        const rows = await sql(lab, third, 'SELECT COUNT(*) FROM proof.t');
        return {
          ok: size === NODES && rows === '1',
          seen: `a cluster of ${size}; ${rows} of 1 row on ${third.pod}`,
        };
      },
    ),
    probe('galera', 'a node is lost', 'joins again, with what it missed', second, async () => {
      await lab.cluster(second.cluster).deletePod(namespace, second.pod);
      await sql(lab, first, 'INSERT INTO proof.t VALUES (2)');
      await lab.cluster(second.cluster).waitPodReady(namespace, second.pod);
      const size = await sizeReached(lab, first, NODES, 30_000);
      const rows = await sql(lab, second, 'SELECT COUNT(*) FROM proof.t');
      await removeNodes(lab, first);
      return {
        ok: size === NODES && rows === '2',
        seen: `a cluster of ${size}; ${rows} of 2 rows on ${second.pod}`,
      };
    }),
    probe(CONTROL, 'Galera’s ports not excluded from the mesh', 'no cluster forms', refused, async () => {
      await createNodes(lab, alone, without, policies);
      const gaveUp = await gaveUpReaching(lab, refused);
      const size = await sizeReached(lab, alone, NODES, 0);
      await removeNodes(lab, alone);
      return {
        ok: gaveUp && size === 1,
        seen: `a cluster of ${size}${gaveUp ? `; ${refused.pod}: ${GAVE_UP}` : ''}`,
      };
    }),
  ];
}

/** The annotations that the operator gives to the database's pods. */
function podAnnotations(dist: string, database: Database): Record<string, string> {
  const { cluster, name: namespace } = database.source;
  const cr = manifests(dist, cluster.name, '50-database').find(
    ({ metadata }) => metadata.name === database.name && metadata.namespace === namespace,
  );
  const annotations = cr?.spec.pxc.annotations as Record<string, string> | undefined;
  if (!annotations) throw new Error(`${namespace}/${database.name} has no annotations for its pods`);
  return annotations;
}

/** The database's own NetworkPolicies, for an instance of another name. */
function policiesFor(dist: string, { source, name }: Database, instance: string): Manifest[] {
  const own = manifests(dist, source.cluster.name, '28-network-policies').filter(
    ({ metadata }) => metadata.namespace === source.name && metadata.name === statefulSet(name),
  );
  const label = (of: string) => `"app.kubernetes.io/instance":"${of}"`;
  return own.map((policy) => ({
    ...(JSON.parse(JSON.stringify(policy).replaceAll(label(name), label(instance))) as Manifest),
    metadata: { name: instance, namespace: source.name },
  }));
}

async function createNodes(
  lab: Lab,
  { cluster, namespace, pod }: Place,
  annotations: Record<string, string>,
  policies: (instance: string) => Manifest[],
): Promise<void> {
  const name = pod.replace(/-0$/, '');
  // as the operator would label an instance of this name
  const labels = podLabels(name);
  const objects: Manifest[] = [
    ...policies(name),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: labels,
        ports: [{ name: 'tcp-mysql', port: 3306 }],
      },
    },
    {
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
    },
  ];
  for (const object of objects) await lab.cluster(cluster).applyText(JSON.stringify(object));
}

async function removeNodes(lab: Lab, { cluster, namespace, pod }: Place): Promise<void> {
  const name = pod.replace(/-0$/, '');
  await lab
    .cluster(cluster)
    .kubectl(['delete', 'statefulset,service,networkpolicy', name, '--ignore-not-found', '-n', namespace]);
}

/** Whether a node reached no other in a whole attempt. */
async function gaveUpReaching(lab: Lab, { cluster, namespace, pod }: Place): Promise<boolean> {
  const gaveUp = () => {
    const runner = lab
      .cluster(cluster)
      .pods.find(({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === pod);
    const log = runner && join(runner.folder, 'mariadb.log');
    return log !== undefined && existsSync(log) && readFileSync(log, 'utf8').includes(GAVE_UP);
  };
  return (await retry(gaveUp, { until: (value) => value, timeoutMs: 60_000 })).ok;
}

/** The size of the cluster that a node belongs to, once it is as wanted or patience ends. */
async function sizeReached(lab: Lab, node: Place, wanted: number, timeoutMs: number): Promise<number> {
  const status =
    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_CLUSTER_SIZE'";
  const size = async () => Number(await sql(lab, node, status).catch(() => '0'));
  return (await retry(size, { until: (value) => value >= wanted, timeoutMs })).value;
}

async function sql(lab: Lab, { cluster, namespace, pod }: Place, statement: string): Promise<string> {
  const argv = ['mariadb', '--no-defaults', '-uroot', '-S', '/run/mysqld/mysqld.sock', '-N', '-e', statement];
  const { code, stdout, stderr } = await lab
    .cluster(cluster)
    .exec(namespace, pod, 'mariadb', argv, { timeoutMs: 10_000 });
  if (code !== 0) throw new Error(`${namespace}/${pod}: ${stderr.trim()}`);
  return stdout.trim();
}
