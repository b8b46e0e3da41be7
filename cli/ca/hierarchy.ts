import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { FieldError } from '../../lib/rules/field-error';
import { CliError } from '../errors';
import type { Pair } from './authority';
import { CACERTS_FILES, type Cacerts, cacertsOf } from './chain';

const ROOT = 'root';
/** The root that a rotation leads to. */
const NEXT_ROOT = 'next-root';
const BACKUP = 'backup';
const PRIVATE = 0o600;

/** Folders that are no cluster's. */
export const RESERVED: readonly string[] = [ROOT, NEXT_ROOT, BACKUP];

/** A folder that holds a root and an authority for each cluster; nobody else on the machine may read it. */
export class Hierarchy {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
    requireOutsideRepository(this.folder);
  }

  get exists(): boolean {
    return existsSync(this.path(ROOT, 'root-cert.pem'));
  }

  /** The clusters that have an authority, in order. */
  get clusters(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !RESERVED.includes(entry.name))
      .map(({ name }) => name)
      .sort();
  }

  get rootCertificate(): string {
    return readFileSync(this.path(ROOT, 'root-cert.pem'), 'utf8');
  }

  /** The root's key, where it is kept here. */
  get rootKey(): string | undefined {
    const file = this.path(ROOT, 'root-key.pem');
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** The root of a rotation that is under way. */
  get nextRoot(): { readonly certificate: string; readonly key?: string } | undefined {
    const certificate = this.path(NEXT_ROOT, 'root-cert.pem');
    const key = this.path(NEXT_ROOT, 'root-key.pem');
    if (!existsSync(certificate)) return undefined;
    return {
      certificate: readFileSync(certificate, 'utf8'),
      ...(existsSync(key) ? { key: readFileSync(key, 'utf8') } : {}),
    };
  }

  /** A cluster's files; those that are missing are empty. */
  cacerts(cluster: string): Cacerts {
    const read = (file: string) =>
      existsSync(this.path(cluster, file)) ? readFileSync(this.path(cluster, file), 'utf8') : '';
    return Object.fromEntries(CACERTS_FILES.map((file) => [file, read(file)])) as unknown as Cacerts;
  }

  /** Keeps a root; its key only where it is given. */
  writeRoot(root: { readonly certificate: string; readonly key?: string }, isNext = false): void {
    const { certificate, key } = root;
    this.write(isNext ? NEXT_ROOT : ROOT, {
      'root-cert.pem': certificate,
      ...(key ? { 'root-key.pem': key } : {}),
    });
  }

  /** Ends a rotation: the next root takes the place of the old one, which is kept in `backup`. */
  replaceRoot(): string {
    const backup = this.keep(this.path(ROOT));
    renameSync(this.path(NEXT_ROOT), this.path(ROOT));
    return backup;
  }

  /** Puts a cluster's files in place; what was there is kept in `backup`. Gives the backup's folder, if there is one. */
  writeCluster(cluster: string, files: Cacerts): string | undefined {
    return this.write(cluster, { ...files });
  }

  /** Puts a cluster's authority in place, under the root that is there. */
  writeAuthority(cluster: string, pair: Pair): string | undefined {
    return this.writeCluster(cluster, cacertsOf(pair, this.rootCertificate));
  }

  /** Key files that others on this machine can read. */
  permissionErrors(): FieldError[] {
    const keys = [
      join(ROOT, 'root-key.pem'),
      join(NEXT_ROOT, 'root-key.pem'),
      ...this.clusters.map((cluster) => join(cluster, 'ca-key.pem')),
    ];
    return keys.flatMap((file) => {
      const path = this.path(file);
      if (!existsSync(path)) return [];
      const mode = statSync(path).mode & 0o777;
      if ((mode & 0o077) === 0) return [];
      return {
        path,
        expected: 'be readable by its owner alone (0600)',
        actual: `0${mode.toString(8)}`,
        hint: `chmod 600 ${path}; if others had access, issue a new one`,
      };
    });
  }

  /** All files of a folder or none: they are made beside it and moved into place. */
  private write(name: string, files: Readonly<Record<string, string>>): string | undefined {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
    const fresh = this.path(`.${name}.new`);
    mkdirSync(fresh, { recursive: true, mode: 0o700 });
    for (const [file, content] of Object.entries(files)) {
      writeFileSync(join(fresh, file), content, { mode: PRIVATE });
      chmodSync(join(fresh, file), file.includes('key') ? PRIVATE : 0o644);
    }
    const target = this.path(name);
    const backup = existsSync(target) ? this.keep(target) : undefined;
    renameSync(fresh, target);
    return backup;
  }

  private keep(target: string): string {
    mkdirSync(this.path(BACKUP), { recursive: true, mode: 0o700 });
    for (let number = 1; ; number++) {
      const backup = this.path(BACKUP, `${basename(target)}.${number}`);
      if (existsSync(backup)) continue;
      renameSync(target, backup);
      return backup;
    }
  }

  private path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }
}

/** A key in a repository is one push away from everybody. */
function requireOutsideRepository(folder: string): void {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')))
      throw new CliError(
        `${folder} is in the git repository ${at}; keep the authorities' keys outside of it`,
      );
    if (dirname(at) === at) return;
  }
}
