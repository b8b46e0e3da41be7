import { certificatesIn } from '../../../cli/ca/certificate';
import { type ExpectedTrust, proxyTrust, SECRETS_PATH, trustMismatch } from '../../../cli/ca/proxy-trust';
import type { Stage } from '../../../cli/ca/rotation';
import type { LabCluster } from '../../cluster';
import { retry } from '../../retry';
import type { Observation } from '../check';
import type { RunningFleet } from '../context';

/** What every proxy must trust and present after a stage. */
export function expectedAfter(stage: Stage, oldRoot: string, newRoot: string): ExpectedTrust {
  const [old] = certificatesIn(oldRoot);
  const [next] = certificatesIn(newRoot);
  if (!old || !next) throw new Error('a root is no certificate');
  return { roots: stage === 3 ? [next] : [old, next], issuedBy: stage === 1 ? old : next };
}

/** Waits until every proxy trusts and presents what is expected. */
export async function allProxiesHave(
  { lab, say }: RunningFleet,
  expected: ExpectedTrust,
  timeoutMs: number,
): Promise<Observation> {
  const observe = async () => {
    const clusters = await Promise.all(lab.clusters.map((cluster) => proxiesWithout(cluster, expected)));
    const missing = clusters.flatMap((one) => one.missing);
    const count = clusters.reduce((sum, one) => sum + one.count, 0);
    say(`${count - missing.length} of ${count} proxies`);
    return { missing, count };
  };
  const { ok, value } = await retry(observe, {
    until: ({ missing, count }) => missing.length === 0 && count > 0,
    timeoutMs,
    pauseMs: 2000,
  });
  return { ok, observed: ok ? `${value.count} proxies` : value.missing.slice(0, 3).join('; ') };
}

async function proxiesWithout(
  cluster: LabCluster,
  expected: ExpectedTrust,
): Promise<{ count: number; missing: string[] }> {
  const meshed = cluster.pods.all.filter(({ pod }) =>
    [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].some(({ name }) => name === 'istio-proxy'),
  );
  const missing = await Promise.all(
    meshed.map(async ({ pod: { metadata } }) => {
      const namespace = metadata.namespace ?? '';
      const reason = await cluster.pods
        .proxyConfig(namespace, metadata.name, SECRETS_PATH)
        .then((dump) => trustMismatch(proxyTrust(dump), expected))
        .catch((error: Error) => error.message);
      return reason ? [`${cluster.name} ${namespace}/${metadata.name} ${reason}`] : [];
    }),
  );
  return { count: meshed.length, missing: missing.flat() };
}
