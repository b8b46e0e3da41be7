import { renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FieldError } from '../../lib/rules/field-error';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError } from '../errors';
import { shellWord } from '../shell';
import { CACERTS_FILES, type Cacerts } from './cacerts';
import * as files from './private-files';

const ROOT = 'root';
/** The root to which a rotation leads. */
const NEXT_ROOT = 'next-root';
const BACKUP = 'backup';
const CERTIFICATE = 'root-cert.pem';
const KEY = 'root-key.pem';

/** Folders of the directory that belong to no cluster. */
export const RESERVED: readonly string[] = [ROOT, NEXT_ROOT, BACKUP];

/** A root. Its key is missing where the user keeps it elsewhere. */
export interface StoredRoot {
  readonly certificate: string;
  readonly key?: string;
}

/** A folder that holds a root CA and an intermediate CA for each cluster. Other users of the machine cannot read it. */
export class CaDirectory {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
    files.requireOutsideRepository(this.folder);
  }

  /** Opens a directory that `ca init` has made. */
  static existing(folder: string): CaDirectory {
    const directory = new CaDirectory(folder);
    if (!directory.exists)
      throw new CliError(
        `${directory.folder} has no root CA; make one with: ${EASTWEST} ca init ${shellWord(folder)} CLUSTER...`,
      );
    return directory;
  }

  get exists(): boolean {
    return this.read(ROOT, CERTIFICATE) !== undefined;
  }

  /** The clusters that have an intermediate CA, in order. */
  get clusters(): string[] {
    return files.foldersIn(this.folder).filter((name) => !RESERVED.includes(name));
  }

  get rootCertificate(): string {
    return this.read(ROOT, CERTIFICATE) ?? '';
  }

  get rootKey(): string | undefined {
    return this.read(ROOT, KEY);
  }

  /** The new root of a rotation that is in progress. */
  get nextRoot(): StoredRoot | undefined {
    const certificate = this.read(NEXT_ROOT, CERTIFICATE);
    return certificate === undefined ? undefined : { certificate, key: this.read(NEXT_ROOT, KEY) };
  }

  /** The files of a cluster. The content of a missing file is empty. */
  cacerts(cluster: string): Cacerts {
    const entries = CACERTS_FILES.map((file) => [file, this.read(cluster, file) ?? '']);
    return Object.fromEntries(entries) as Cacerts;
  }

  writeRoot(root: StoredRoot): void {
    this.write(ROOT, rootFiles(root));
  }

  writeNextRoot(root: StoredRoot): void {
    this.write(NEXT_ROOT, rootFiles(root));
  }

  /** Ends a rotation: the next root becomes the root. The return value is the path of the old root's backup. */
  replaceRoot(): string {
    const backup = files.moveToBackups(this.path(ROOT), this.path(BACKUP));
    renameSync(this.path(NEXT_ROOT), this.path(ROOT));
    return backup;
  }

  /** Writes the files of a cluster. The return value is the path of the previous files' backup, if there were any. */
  writeCluster(cluster: string, cacerts: Cacerts): string | undefined {
    return this.write(cluster, cacerts);
  }

  /** Reports key files that other users of this machine can read. */
  permissionErrors(): FieldError[] {
    const keys = [
      ...[this.path(ROOT, KEY), this.path(NEXT_ROOT, KEY)],
      ...this.clusters.map((cluster) => this.path(cluster, 'ca-key.pem')),
    ];
    return keys.flatMap(files.permissionErrors);
  }

  private read(...path: string[]): string | undefined {
    return files.readIfExists(this.path(...path));
  }

  private write(name: string, content: Readonly<Record<string, string>>): string | undefined {
    return files.writeFolder(this.path(name), content, this.path(BACKUP));
  }

  private path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }
}

function rootFiles({ certificate, key }: StoredRoot): Record<string, string> {
  return { [CERTIFICATE]: certificate, ...(key ? { [KEY]: key } : {}) };
}
