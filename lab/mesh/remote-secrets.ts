import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import { istiods } from '../../lib/topology/istiods';
import type { LabCluster } from '../cluster';
import { eastwest } from '../eastwest';
import type { Lab } from '../lab';
import { CommandError } from '../shell';

/** Gives each istiod the credentials for its remote clusters, with the command that dist names. */
export async function createRemoteSecrets(
  lab: Lab,
  fleet: Fleet,
  say: (line: string) => void,
): Promise<void> {
  const { clusters } = fleet;
  const { remoteClustersOf } = istiods(fleet);
  const pairs = clusters.flatMap((reader) => remoteClustersOf(reader).map((read) => ({ reader, read })));
  for (const { reader, read } of pairs) {
    await createRemoteSecret(lab, fleet, reader, read);
    say(`${reader.name} reads ${read.name}`);
  }
}

/** Makes the Secret with which one cluster's istiod reads another's API server. */
export async function createRemoteSecret(
  lab: Lab,
  { istioNamespace }: Fleet,
  reader: Cluster,
  read: Cluster,
): Promise<void> {
  const from = lab.cluster(read.name);
  const to = lab.cluster(reader.name);
  const kubeconfig = join(lab.folder, `${to.name}-reads-${from.name}.kubeconfig`);
  writeFileSync(kubeconfig, joinedKubeconfig(from, to), { mode: 0o600 });
  const argv = eastwest(
    ...['remote-secret', from.name, to.name, '--apply', '--server', read.apiServer ?? ''],
    ...['--namespace', istioNamespace, '--kubeconfig', kubeconfig],
  );
  const outcome = await to.onNode(['env', `PATH=${to.kubectl.path}`, ...argv], { timeoutMs: 60_000 });
  if (outcome.code !== 0) throw new CommandError(argv, outcome);
}

interface Kubeconfig {
  clusters: { name: string; cluster: { server: string } }[];
  users: object[];
  contexts: object[];
}

/** One kubeconfig for both, as an administrator has it; from the reader's node the other's API server is on the inter-cluster network. */
function joinedKubeconfig(from: LabCluster, to: LabCluster): string {
  const [read, reader] = [from, to].map(
    (cluster) => load(readFileSync(cluster.controlPlane.kubeconfigFile, 'utf8')) as Kubeconfig,
  ) as [Kubeconfig, Kubeconfig];
  const server = `https://${from.addresses.interClusterAddress}:6443`;
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      ...read.clusters.map(({ name, cluster }) => ({ name, cluster: { ...cluster, server } })),
      ...reader.clusters,
    ],
    users: [...read.users, ...reader.users],
    contexts: [...read.contexts, ...reader.contexts],
  });
}
