/** Something that the caller can mend; shown as one line. */
export class ImportsError extends Error {}
