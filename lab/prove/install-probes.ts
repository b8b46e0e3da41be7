import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { helmfileFiles } from '../../lib/install/helmfile';
import { istioctlFiles } from '../../lib/install/istioctl';
import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import type { OutputFile } from '../../lib/output/render';
import type { Lab } from '../lab';
import { chartValues } from '../mesh/chart-values';
import { renderCharts, renderWithIstioctl } from '../mesh/istio';
import type { Probe } from './probe';

/**
 * What `istioctl manifest generate` makes of a fleet's installation and what Helm makes of Istio's charts, on which all other methods
 * stand: the same objects. And whether istiod waited for its certificate.
 */
export function installProbes(lab: Lab, fleet: Fleet): Probe[] {
  return [
    ...fleet.clusters.map((cluster) => sameObjects(lab, fleet, cluster)),
    ...fleet.clusters.filter(({ primary }) => !primary).map((cluster) => waited(lab, fleet, cluster)),
  ];
}

/** An istiod that starts without `cacerts` makes an authority of its own, and a Secret for it. */
const OWN_AUTHORITY = 'istio-ca-secret';

/** The lab applies Istio before there is a `cacerts`. */
function waited(lab: Lab, { istioNamespace }: Fleet, { name }: Cluster): Probe {
  return {
    group: 'installed',
    name: `${name}: istiod, applied before cacerts`,
    expected: 'waits for it, and makes no authority of its own',
    patienceMs: 0,
    ask: async () => {
      const path = `/api/v1/namespaces/${istioNamespace}/secrets/${OWN_AUTHORITY}`;
      const found = await lab.cluster(name).client.find(path);
      return { ok: found === undefined, seen: found ? `${OWN_AUTHORITY} is there` : `no ${OWN_AUTHORITY}` };
    },
  };
}

function sameObjects(lab: Lab, fleet: Fleet, cluster: Cluster): Probe {
  return {
    group: 'installed',
    name: `${cluster.name}: istioctl’s method and Helm’s`,
    expected: 'the same objects',
    patienceMs: 0,
    ask: async () => {
      const folder = join(lab.folder, 'install-methods', cluster.name);
      write(folder, [...istioctlFiles(fleet, cluster), ...helmfileFiles(fleet, cluster)]);
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
    found.map((one) => [`${one.kind} ${one.metadata.name}`, JSON.parse(JSON.stringify(one, told))]),
  );
}

/** Labels tell who rendered; everything else must agree. */
function told(key: string, value: unknown): unknown {
  return key === 'labels' ? undefined : value;
}

/**
 * Not compared: the record of the values themselves, which is named after the revision, and a webhook that `istioctl install` makes
 * without its being in a manifest.
 */
const ASIDE = /^(ConfigMap values(-.*)?|ValidatingWebhookConfiguration istiod-default-validator)$/;

function compare(one: Map<string, Rendered>, other: Map<string, Rendered>, { name, primary }: Cluster) {
  const names = [...new Set([...one.keys(), ...other.keys()])].filter((key) => !ASIDE.test(key));
  const different = names.filter((key) => !isDeepStrictEqual(one.get(key), other.get(key)));
  const enough = names.some((key) => key.startsWith(primary ? 'MutatingWebhook' : 'Deployment '));
  if (!enough) return { ok: false, seen: `nothing for ${name}: ${names.join(', ')}` };
  return different.length === 0
    ? { ok: true, seen: `${names.length} objects, all alike` }
    : { ok: false, seen: `different: ${different.join(', ')}` };
}
