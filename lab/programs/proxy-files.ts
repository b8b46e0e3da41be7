import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached, program, Stamp } from './cache';
import { moduleFolder } from './go-programs';
import type { Installer } from './installer';
import { ENVOY, ISTIO } from './versions';

/** The files that a proxy's image has besides pilot-agent: Envoy in its place, and the bootstrap's template. */
export class ProxyFilesInstaller implements Installer {
  readonly title = "the proxy image's files";
  private readonly stamp = new Stamp('proxy-files', [ENVOY, ISTIO]);

  get isInstalled(): boolean {
    return this.stamp.isCurrent && existsSync(cached('proxy', 'local', 'bin', 'envoy'));
  }

  async install(): Promise<void> {
    this.stamp.clear();
    rmSync(cached('proxy'), { recursive: true, force: true });
    mkdirSync(cached('proxy', 'local', 'bin'), { recursive: true });
    linkSync(program(ENVOY.program), cached('proxy', 'local', 'bin', 'envoy'));
    const template = join(await moduleFolder(ISTIO), 'tools', 'packaging', 'common', 'envoy_bootstrap.json');
    copyFileSync(template, cached('proxy', 'envoy_bootstrap_tmpl.json'));
    this.stamp.set();
  }
}
