import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { FieldError } from '../rules/field-error';

/** What is in the way of a file. */
export interface Obstacle extends FieldError {
  /** Whether it is a symbolic link on the way out of the output. */
  readonly leadsOut: boolean;
}

/** What is where a file goes: nothing, a file's content, or what is in the way. */
export interface Found {
  readonly content?: Buffer;
  readonly error?: Obstacle;
}

/** What is already in and around an output folder. */
export class Surroundings {
  private readonly folders = new Map<string, Obstacle | 'folder' | 'nothing'>();

  /**
   * @param shown the output folder as an error names it
   * @param outdir the same without symbolic links
   */
  constructor(
    private readonly shown: string,
    private readonly outdir: string,
  ) {}

  /** A path below the output folder as an error names it. */
  public name(path: string): string {
    return join(this.shown, path);
  }

  /** What is at a path below the output folder. */
  public at(path: string): Found {
    const parts = path.split('/');
    const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
    for (const folder of above) {
      const found = this.folder(folder);
      if (found === 'nothing') return {};
      if (found !== 'folder') return { error: found };
    }
    return this.file(path);
  }

  /** The folders in which nothing can be put or deleted, of those in which a change of the paths does. */
  public readOnly(paths: readonly string[]): FieldError[] {
    const changed = new Set(paths.map((path) => existingFolder(dirname(join(this.outdir, path)))));
    return [...changed]
      .filter((folder) => !isWritable(folder))
      .map((folder) => ({
        path: this.name(relative(this.outdir, folder)),
        expected: 'be a folder that this process may write to',
        actual: 'one that it may not',
        hint: 'change its permissions, or choose another outdir',
      }));
  }

  private folder(path: string): Obstacle | 'folder' | 'nothing' {
    const known = this.folders.get(path);
    if (known) return known;
    const found = this.lookAtFolder(path);
    this.folders.set(path, found);
    return found;
  }

  private lookAtFolder(path: string): Obstacle | 'folder' | 'nothing' {
    const full = join(this.outdir, path);
    if (!lstatSync(full, { throwIfNoEntry: false })) return 'nothing';
    const link = this.linkError(path);
    if (link) return link;
    return statSync(full).isDirectory() ? 'folder' : this.inTheWay(path, 'a folder', 'a file');
  }

  private file(path: string): Found {
    const full = join(this.outdir, path);
    if (!lstatSync(full, { throwIfNoEntry: false })) return {};
    const error = this.linkError(path);
    if (error) return { error };
    const stats = statSync(full);
    if (stats.isFile()) return { content: readFileSync(full) };
    return {
      error: this.inTheWay(path, 'a file', stats.isDirectory() ? 'a folder' : 'neither file nor folder'),
    };
  }

  private inTheWay(path: string, wanted: string, actual: string): Obstacle {
    return {
      leadsOut: false,
      path: this.name(path),
      expected: `be ${wanted} or not exist`,
      actual,
      hint: 'move it away, or choose another outdir',
    };
  }

  /** Whoever follows a link out of the output would write or delete what is not output. */
  private linkError(path: string): Obstacle | undefined {
    const full = join(this.outdir, path);
    if (!lstatSync(full).isSymbolicLink() || this.isInside(full)) return undefined;
    return {
      leadsOut: true,
      path: this.name(path),
      expected: `not lead out of ${this.shown}`,
      actual: `a symbolic link to '${readlinkSync(full)}'`,
      hint: 'remove the link, or choose another outdir',
    };
  }

  private isInside(link: string): boolean {
    try {
      return `${realpathSync(link)}${sep}`.startsWith(`${this.outdir}${sep}`);
    } catch {
      // it leads nowhere
      return false;
    }
  }
}

function existingFolder(path: string): string {
  return existsSync(path) ? path : existingFolder(dirname(path));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
