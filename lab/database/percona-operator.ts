import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCluster } from '../cluster';
import { applySecret } from '../kubernetes/apply';
import { moduleFolder } from '../programs/go-programs';
import { PERCONA } from '../programs/versions';

/** Keys of the secret that every PerconaXtraDBCluster refers to. */
const USERS = ['root', 'xtrabackup', 'monitor', 'proxyadmin', 'operator', 'replication'] as const;

/** The password of a database user in every lab: the clusters of a fleet must agree on replication's. */
export function password(user: (typeof USERS)[number]): string {
  return `lab-${user}-Passw0rd`;
}

/** Makes the custom resources of Percona's operator known to a cluster. */
export async function installPerconaResources(cluster: LabCluster): Promise<void> {
  await cluster.kubectl.apply(join(await deployFolder(), 'crd.yaml'));
}

/**
 * Runs Percona's operator in a namespace, from the files that it is released with: those for its own namespace, or those for the whole
 * cluster where it watches others.
 */
export async function installPerconaOperator(
  cluster: LabCluster,
  namespace: string,
  watched: readonly string[],
): Promise<void> {
  const folder = await deployFolder();
  const isAlone = watched.every((one) => one === namespace);
  for (const file of isAlone ? ['rbac.yaml', 'operator.yaml'] : ['cw-rbac.yaml', 'cw-operator.yaml']) {
    const text = readFileSync(join(folder, file), 'utf8')
      // It would otherwise ask Percona's version service, which no lab reaches, before every reconciliation.
      .replace(/(name: DISABLE_TELEMETRY\s+value: )"false"/, '$1"true"')
      .replace(/(name: WATCH_NAMESPACE\s+value: )""/, `$1"${watched.join(',')}"`)
      .replace('namespace: "pxc-operator"', `namespace: "${namespace}"`);
    await cluster.kubectl.run(['apply', '--server-side', '--namespace', namespace, '-f', '-'], {
      input: text,
    });
  }
}

/** Makes the secret with the users' passwords, which a fleet's YAML only refers to. */
export async function createDatabaseSecret(
  cluster: LabCluster,
  namespace: string,
  name: string,
): Promise<void> {
  await applySecret(
    cluster.client,
    namespace,
    name,
    Object.fromEntries(USERS.map((user) => [user, password(user)])),
  );
}

async function deployFolder(): Promise<string> {
  return join(await moduleFolder(PERCONA), 'deploy');
}
