/** A failure that the user can do something about: shown as its message alone. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
