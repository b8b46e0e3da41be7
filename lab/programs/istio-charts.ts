import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached, Stamp } from './cache';
import { moduleFolder } from './go-programs';
import type { Installer } from './installer';
import { ISTIO } from './versions';

/** Istio's charts, which a release publishes under these names, and where its source has them. */
const CHARTS: Readonly<Record<string, string>> = { base: 'base', istiod: 'istio-control/istio-discovery' };

/** The charts of the Istio that the lab runs: no chart repository is needed. */
export class IstioChartsInstaller implements Installer {
  readonly title = "Istio's charts";
  private readonly stamp = new Stamp('istio-charts', [ISTIO, CHARTS]);

  get isInstalled(): boolean {
    return this.stamp.isCurrent && Object.keys(CHARTS).every((name) => existsSync(istioChart(name)));
  }

  async install(): Promise<void> {
    this.stamp.clear();
    rmSync(cached('charts'), { recursive: true, force: true });
    const source = join(await moduleFolder(ISTIO), 'manifests', 'charts');
    for (const [name, path] of Object.entries(CHARTS))
      cpSync(join(source, path), istioChart(name), { recursive: true });
    this.stamp.set();
  }
}

/** Where a chart is. */
export function istioChart(name: string): string {
  return cached('charts', name);
}
