import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { helmfileFiles } from '../../../lib/install/helmfile';
import { istioctlFiles } from '../../../lib/install/istioctl';
import type { Cluster } from '../../../lib/model/cluster';
import type { OutputFile } from '../../../lib/output/render';
import { chartValues } from '../../mesh/chart-values';
import { renderCharts, renderWithIstioctl } from '../../mesh/istio';
import type { Check, Observation } from '../check';
import type { ProofContext } from '../context';
import type { Suite } from '../suite';

/** All methods but istioctl's stand on Helm's rendering of Istio's charts. */
export const installMethods: Suite = {
  title: 'istioctl and Helm install the same objects, and istiod waits for its CA',
  phase: 'concurrent',
  available: () => undefined,
  checks: (context) => [
    ...context.fleet.clusters.map((cluster) => sameObjects(context, cluster)),
    ...context.fleet.clusters.filter(({ primary }) => !primary).map((cluster) => waited(context, cluster)),
  ],
};

/** The Secret of the CA that an istiod makes for itself where it starts without `cacerts`. */
const SELF_SIGNED_CA = 'istio-ca-secret';

/** The lab applies Istio before there is a `cacerts`. */
function waited({ lab, fleet }: ProofContext, { name }: Cluster): Check {
  return {
    group: 'install methods',
    name: `${name}: istiod, applied before cacerts`,
    expected: 'waits for cacerts, and makes no CA of its own',
    timeoutMs: 0,
    run: async () => {
      const path = `/api/v1/namespaces/${fleet.istioNamespace}/secrets/${SELF_SIGNED_CA}`;
      const found = await lab.cluster(name).client.find(path);
      return {
        ok: found === undefined,
        observed: found ? `there is a Secret ${SELF_SIGNED_CA}` : `there is no Secret ${SELF_SIGNED_CA}`,
      };
    },
  };
}

function sameObjects({ lab, fleet, facts }: ProofContext, cluster: Cluster): Check {
  const { install } = facts.of(cluster);
  return {
    group: 'install methods',
    name: `${cluster.name}: istioctl’s method and Helm’s`,
    expected: 'the same objects',
    timeoutMs: 0,
    run: async () => {
      const folder = join(lab.folder, 'install-methods', cluster.name);
      write(folder, [...istioctlFiles(install), ...helmfileFiles(install)]);
      const [one, other] = await Promise.all([
        renderWithIstioctl(join(folder, 'istio.yaml')),
        renderCharts(folder, fleet.istioNamespace, chartValues('helmfile', folder)),
      ]);
      return compare(objects(one), objects(other), cluster);
    },
  };
}

function write(folder: string, files: readonly OutputFile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { path, content } of files) writeFileSync(join(folder, path), content);
}

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

function objects(text: string): Map<string, Rendered> {
  const found = (loadAll(text) as (Rendered | null)[]).filter((one) => one !== null);
  return new Map(
    found.map((one) => [`${one.kind} ${one.metadata.name}`, JSON.parse(JSON.stringify(one, withoutLabels))]),
  );
}

/** Labels name the renderer; everything else must agree. */
function withoutLabels(key: string, value: unknown): unknown {
  return key === 'labels' ? undefined : value;
}

/**
 * Not compared: the record of the values themselves, which is called after the revision, and a webhook that `istioctl install` makes
 * without its being in a manifest.
 */
const NOT_COMPARED = /^(ConfigMap values(-.*)?|ValidatingWebhookConfiguration istiod-default-validator)$/;

function compare(
  one: Map<string, Rendered>,
  other: Map<string, Rendered>,
  { name, primary }: Cluster,
): Observation {
  const names = [...new Set([...one.keys(), ...other.keys()])].filter((key) => !NOT_COMPARED.test(key));
  const different = names.filter((key) => !isDeepStrictEqual(one.get(key), other.get(key)));
  const isInstallation = names.some((key) => key.startsWith(primary ? 'MutatingWebhook' : 'Deployment '));
  if (!isInstallation) return { ok: false, observed: `no installation of ${name}: ${names.join(', ')}` };
  return different.length === 0
    ? { ok: true, observed: `${names.length} objects, all the same` }
    : { ok: false, observed: `different: ${different.join(', ')}` };
}
