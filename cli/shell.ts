/** A word as a POSIX shell reads it: in quotes where it has a character that the shell would expand or split at. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
