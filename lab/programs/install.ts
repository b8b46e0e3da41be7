import { Listr } from 'listr2';
import { LabError } from '../errors';
import { cacheFolder } from './cache';
import { CrdInstaller } from './crds';
import { DebianRootInstaller } from './debian-root';
import { EnvoyInstaller } from './envoy';
import { GoInstaller } from './go-programs';
import { installPackages, missingPackages, requireBuildTools, requireLinuxRoot } from './host';
import type { Installer } from './installer';
import { IstioChartsInstaller } from './istio-charts';
import { MysqlTemplateInstaller } from './mysql-template';
import { ProxyFilesInstaller } from './proxy-files';
import { GO_PROGRAMS, MARIADB, MYSQL } from './versions';

/** Everything the lab needs, in the order in which it is installed: quick things first, they fail first. */
export function installers(): Installer[] {
  return [
    new EnvoyInstaller(),
    new DebianRootInstaller(MYSQL),
    new MysqlTemplateInstaller(),
    new DebianRootInstaller(MARIADB),
    ...GO_PROGRAMS.map((set) => new GoInstaller(set)),
    new ProxyFilesInstaller(),
    new IstioChartsInstaller(),
    new CrdInstaller(),
  ];
}

/** Installs what is not installed yet; a second run does nothing. */
export async function install(): Promise<void> {
  requireLinuxRoot();
  const pending = installers().filter((installer) => !installer.isInstalled);
  if (pending.length > 0) requireBuildTools();
  // One after the other: a Go build alone takes every core that there is.
  const tasks = new Listr(
    [
      {
        title: 'packages of this machine',
        skip: () => missingPackages().length === 0,
        task: (_, task) => installPackages((line) => (task.output = line)),
      },
      ...installers().map((installer) => ({
        title: installer.title,
        skip: () => installer.isInstalled,
        task: (_: unknown, task: { output: string }) => installer.install((line) => (task.output = line)),
      })),
    ],
    { concurrent: false, rendererOptions: { collapseSkips: true } },
  );
  await tasks.run();
  console.log(`The lab's programs are in ${cacheFolder()}.`);
}

/** Throws unless everything is installed. */
export function requireInstalled(): void {
  requireLinuxRoot();
  const missing = [
    ...missingPackages(),
    ...installers()
      .filter((installer) => !installer.isInstalled)
      .map((installer) => installer.title),
  ];
  if (missing.length > 0) {
    throw new LabError(
      `the lab's programs are not all installed:\n${missing.map((name) => `  - ${name}`).join('\n')}\nrun: npm run lab:install`,
    );
  }
}
