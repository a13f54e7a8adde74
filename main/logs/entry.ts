/**
 * An entry is one line of a container's log as the API sends it with `timestamps=true`:
 * `2026-11-20T21:33:35.552299427Z text`. Archive files are entries, each with its line end.
 * Times have up to nine decimals, trailing zeros may be cut.
 */

const space = 0x20;

/** Where the text of an entry begins; -1 when the line does not begin with a time. */
export function textStart(line: Buffer, from = 0, to = line.length): number {
  // Only the shape is looked at: this is called for each line.
  if (to - from < 20) return -1;
  if (line[from + 4] !== 0x2d || line[from + 7] !== 0x2d || line[from + 10] !== 0x54) return -1;
  if (line[from + 13] !== 0x3a || line[from + 16] !== 0x3a || !isDigit(line[from]) || !isDigit(line[from + 18]))
    return -1;
  for (let at = from + 19; at < to && at < from + 36; at += 1) {
    const byte = line[at];
    if (byte === space) return at + 1;
    // Decimals, zone: . 0-9 Z + - :
    if (!isDigit(byte) && byte !== 0x2e && byte !== 0x5a && byte !== 0x2b && byte !== 0x2d && byte !== 0x3a) return -1;
  }
  // A line without text may come without the space.
  return to - from < 36 ? to : -1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** The time of an entry as it is written; empty when it has none. */
export function timeOf(entry: Buffer): string {
  const start = textStart(entry);
  return start === -1 ? '' : entry.toString('latin1', 0, start).trimEnd();
}

/** The time of an entry in whole seconds since 1970; NaN when it has none. */
export function secondOf(entry: Buffer): number {
  const time = timeOf(entry);
  return Math.floor(Date.parse(time.replace(/\.\d+/, '')) / 1000);
}

/** A time that the log request takes: whole seconds, as the kubelet cuts the rest anyway. */
export function sinceTime(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z');
}

/** The start of the last line of a region that ends with a line end. */
export function lastLineStart(region: Buffer): number {
  return region.length < 2 ? 0 : region.lastIndexOf(10, region.length - 2) + 1;
}

/** The time from `b` to `a` in nanoseconds, whatever number of decimals they are written with. */
export function compareTimes(a: string, b: string): number {
  const milliseconds = Date.parse(a.replace(/\.\d+/, '')) - Date.parse(b.replace(/\.\d+/, ''));
  return milliseconds * 1e6 + decimals(a) - decimals(b);
}

function decimals(time: string): number {
  return Number((/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(9, '0').slice(0, 9));
}

/** Whether two entries are the same line: the log files cut zeros at the end of a time, the API does not. */
export function sameEntry(a: Buffer, b: Buffer): boolean {
  if (a.equals(b)) return true;
  const [textA, textB] = [textStart(a), textStart(b)];
  if (textA === -1 || textB === -1 || a.length - textA !== b.length - textB) return false;
  return a.subarray(textA).equals(b.subarray(textB)) && compareTimes(timeOf(a), timeOf(b)) === 0;
}

/** `secondOf` for many entries in a row, most of which are of the same second. */
export class SecondReader {
  #prefix = Buffer.alloc(0);
  #second = Number.NaN;

  of(entry: Buffer): number {
    const prefix = entry.subarray(0, 19);
    if (prefix.equals(this.#prefix)) return this.#second;
    this.#second = secondOf(entry);
    // A copy: the entry's memory may be used again.
    this.#prefix = Buffer.from(prefix);
    return this.#second;
  }
}
