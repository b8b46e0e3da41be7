/** A failure that the reader can do something about: shown as its message alone, without a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
