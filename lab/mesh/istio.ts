import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { ControlPlane } from '../../lib/model/control-plane';
import type { Fleet } from '../../lib/model/fleet';
import type { LabCluster } from '../cluster';
import { LabError } from '../errors';
import { program } from '../programs/cache';
import { istioChart } from '../programs/istio-charts';
import { retry } from '../retry';
import { run } from '../shell';
import { type ChartValues, chartValues } from './chart-values';

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

/** Installs Istio from a cluster's folder below dist/install, as an operator who uses that method would. */
export async function installIstio(
  cluster: LabCluster,
  { method }: ControlPlane,
  namespace: string,
  folder: string,
  proxyMetadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const manifest = join(cluster.folder, 'istio.yaml');
  const overlay = join(cluster.folder, 'istio-overlay.yaml');
  const meshConfig = { ...OVERLAY.spec.meshConfig, defaultConfig: { proxyMetadata } };
  const operator = { ...OVERLAY, spec: { ...OVERLAY.spec, meshConfig } };
  writeFileSync(overlay, dump(method === 'istioctl' ? operator : { meshConfig, ...OVERLAY.spec.values }));
  const rendered =
    method === 'istioctl'
      ? await renderWithIstioctl(join(folder, 'istio.yaml'), overlay)
      : await renderCharts(cluster.folder, namespace, chartValues(method, folder), overlay);
  writeFileSync(manifest, rendered);
  await cluster.kubectl.apply(manifest);
}

/** As `istioctl install` would. */
export function renderWithIstioctl(file: string, overlay?: string): Promise<string> {
  const overlays = overlay ? ['-f', overlay] : [];
  return run([program('istioctl'), 'manifest', 'generate', '-f', file, ...overlays]);
}

/** As a controller would that installs charts: the lab stands in for it. */
export async function renderCharts(
  folder: string,
  namespace: string,
  charts: readonly ChartValues[],
  overlay?: string,
): Promise<string> {
  const rendered: string[] = [];
  for (const { chart, release, values } of charts) {
    const file = join(folder, `${release}.rendered.values.yaml`);
    writeFileSync(file, dump(values));
    rendered.push(
      await run([
        ...[program('helm'), 'template', release, istioChart(chart), '--namespace', namespace],
        ...['--values', file, ...(chart === 'istiod' && overlay ? ['--values', overlay] : [])],
      ]),
    );
  }
  return rendered.join('\n---\n');
}

/** Waits until istiod answers the injection webhook: a pod made before that would have no sidecar. */
export async function waitForInjection(
  cluster: LabCluster,
  revision: string | undefined,
  timeoutMs = 90_000,
): Promise<void> {
  const until = (refusal: string | undefined) => refusal === undefined;
  const { ok, value } = await retry(() => injects(cluster, revision), { until, timeoutMs, pauseMs: 300 });
  if (ok) return;
  throw new LabError(
    `${cluster.name}: istiod does not inject after ${timeoutMs / 1000} s: ${value}; logs are in ${cluster.folder}/pods`,
  );
}

/** Restarts istiod, as after its certificate was replaced, and waits until it injects. */
export async function restartIstiod(
  cluster: LabCluster,
  { istioNamespace, revision }: Pick<Fleet, 'istioNamespace' | 'revision'>,
): Promise<void> {
  const istiods = cluster.pods.all.filter(({ pod }) => pod.metadata.labels?.app === 'istiod');
  for (const { pod } of istiods) await cluster.pods.delete(istioNamespace, pod.metadata.name);
  await cluster.pods.waitReady(istioNamespace);
  await waitForInjection(cluster, revision);
}

/**
 * Requests a pod that is never made: undefined if it gets a proxy, else the reason why not. The webhook of a revision answers for
 * pods that have the revision's label.
 */
export async function injects(
  cluster: LabCluster,
  revision: string | undefined,
): Promise<string | undefined> {
  const labels = { 'sidecar.istio.io/inject': 'true', ...(revision ? { 'istio.io/rev': revision } : {}) };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'injection-probe', labels },
    spec: { containers: [{ name: 'probe', image: 'busybox' }] },
  };
  try {
    const answer = await cluster.client.create<typeof pod>('/api/v1/namespaces/default/pods?dryRun=All', pod);
    return JSON.stringify(answer.spec).includes('istio-proxy') ? undefined : 'the webhook is not registered';
  } catch (error) {
    return (error as Error).message;
  }
}
