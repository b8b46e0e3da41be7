/** What a check found, as it is shown to who has to mend it. Anything else that is thrown is a fault of the check. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
}
