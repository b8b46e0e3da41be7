import { existsSync, rmSync } from 'node:fs';
import { run } from '../shell';
import { cached, Stamp } from './cache';
import { debianRoot } from './debian-root';
import type { Installer } from './installer';
import { MYSQL } from './versions';

/** An initialised, empty data folder, copied for each pod: initialising takes seconds, copying does not. */
export function mysqlTemplate(): string {
  return cached('roots', MYSQL.name, 'var', 'lib', 'template');
}

export class MysqlTemplateInstaller implements Installer {
  readonly title = 'an initialised MySQL data folder';
  private readonly stamp = new Stamp('mysql-data', [MYSQL, 1]);

  get isInstalled(): boolean {
    return this.stamp.isCurrent && existsSync(mysqlTemplate());
  }

  async install(): Promise<void> {
    this.stamp.clear();
    rmSync(mysqlTemplate(), { recursive: true, force: true });
    const options = ['--no-defaults', '--initialize-insecure', '--user=root', '--datadir=/var/lib/template'];
    // Small logs: the lab's tables hold a few rows, and each pod copies this folder.
    const small = ['--innodb-redo-log-capacity=8388608'];
    await run(['chroot', debianRoot(MYSQL), '/usr/sbin/mysqld', ...options, ...small]);
    // Two servers with one server_uuid refuse to replicate from one another; without the file each makes its own.
    rmSync(`${mysqlTemplate()}/auto.cnf`, { force: true });
    this.stamp.set();
  }
}
