import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dump } from 'js-yaml';
import type { LabCluster } from '../cluster';
import { LabError } from '../errors';
import { program } from '../programs/cache';
import { run } from '../shell';

/**
 * What differs from an installation with Istio's own Envoy: the plain one lacks the telemetry filters, and small limits
 * of replicas, because one machine carries everything. Nothing here touches how traffic is routed or secured.
 */
const OVERLAY = {
  apiVersion: 'install.istio.io/v1alpha1',
  kind: 'IstioOperator',
  spec: {
    meshConfig: {
      defaultProviders: { metrics: [] },
      enablePrometheusMerge: false,
      accessLogFile: '/dev/stdout',
    },
    values: {
      pilot: {
        autoscaleEnabled: false,
        replicaCount: 1,
        env: { PILOT_ENABLE_ALPN_FILTER: 'false', PILOT_ENABLE_METADATA_EXCHANGE: 'false' },
      },
    },
  },
};

/** Installs Istio from IstioOperator files, as `istioctl install` would with the fleet's own file. */
export async function installIstio(cluster: LabCluster, files: readonly string[]): Promise<void> {
  const overlay = join(cluster.folder, 'istio-overlay.yaml');
  writeFileSync(overlay, dump(OVERLAY));
  const argv = [
    program('istioctl'),
    'manifest',
    'generate',
    ...[...files, overlay].flatMap((file) => ['-f', file]),
  ];
  const manifest = join(cluster.folder, 'istio.yaml');
  writeFileSync(manifest, await run(argv));
  await cluster.apply(manifest);
}

/** Waits until istiod answers the injection webhook: a pod made before that would have no sidecar. */
export async function waitForInjection(cluster: LabCluster, timeoutMs = 90_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = '';
  while (Date.now() < deadline) {
    const reason = await injects(cluster);
    if (reason === undefined) return;
    last = reason;
    await sleep(300);
  }
  throw new LabError(
    `${cluster.name}: istiod does not inject after ${timeoutMs / 1000} s: ${last}; logs are in ${cluster.folder}/pods`,
  );
}

/** Asks for a pod that is never made: undefined if it got a proxy, else the reason why not. */
export async function injects(cluster: LabCluster): Promise<string | undefined> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'injection-probe', labels: { 'sidecar.istio.io/inject': 'true' } },
    spec: { containers: [{ name: 'probe', image: 'busybox' }] },
  };
  try {
    const answer = await cluster.client.create<typeof pod>('/api/v1/namespaces/default/pods?dryRun=All', pod);
    return JSON.stringify(answer.spec).includes('istio-proxy') ? undefined : 'the webhook is not registered';
  } catch (error) {
    return (error as Error).message;
  }
}
