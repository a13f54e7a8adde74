/**
 * A word for a POSIX shell: as it is where that is safe, else in single quotes, in which nothing has
 * a meaning but the quote itself.
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
