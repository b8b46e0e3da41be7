import { InvalidInputError, show } from '../rules/field-error';

/** Has an error of the file system name the output folder, and what the system says. */
export function namingFolder<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new InvalidInputError([
      {
        path: folder,
        expected: 'be a folder that this process can make, read and write to',
        actual: reason,
        hint: 'change its permissions, or choose another outdir',
      },
    ]);
  }
}

/** `EROFS: read-only file system, mkdir '/x'`, as Node says it; undefined where it is no error of the file system. */
function reasonOf(error: unknown): string | undefined {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return `${code} from ${syscall}${path === undefined ? '' : ` of ${show(path)}`}`;
}
