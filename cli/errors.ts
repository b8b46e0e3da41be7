import { type FieldError, formatError } from '../lib/rules/field-error';

/** An error that the user can correct. The command prints its message and nothing else. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** One error for wrong input, with a line for each value. */
export function fieldErrors(...errors: readonly FieldError[]): CliError {
  return new CliError(errors.map(formatError).join('\n'));
}

/** Throws where the list has an error. */
export function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw fieldErrors(...errors);
}

/** The text of any error for people: one line for an error that the command did not expect, and its stack on request. */
export function errorText(error: unknown, isVerbose: boolean): string {
  if (error instanceof CliError) return error.message;
  if (isVerbose && error instanceof Error && error.stack) return error.stack;
  return fileSystemText(error) ?? unexpectedText(error);
}

/** What the system's codes mean (errno(3)). */
const FILE_SYSTEM_CODES: { readonly [code: string]: string } = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder, not a file',
  ENOENT: 'it does not exist',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
};

function fileSystemText(error: unknown): string | undefined {
  const { code = '', path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const cause = FILE_SYSTEM_CODES[code];
  if (!cause || path === undefined) return undefined;
  return `${path}: ${syscall} failed: ${cause} (${code}); give a path that you can read and write`;
}

function unexpectedText(error: unknown): string {
  const texts = [error, error instanceof Error ? error.cause : undefined]
    .filter((one) => one !== undefined)
    .map((one) => String(one).split('\n')[0]);
  return `unexpected error: ${texts.join(': ')}; --verbose prints the stack trace for a bug report`;
}
