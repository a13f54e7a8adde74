import { compareTimes, sameEntry, timeOf } from './entry.ts';
import { linesOf } from '../kubernetes/lines.ts';
import { CriReader } from './cri.ts';
import type { LogSource } from './source.ts';
import type { StepWriter } from './step-writer.ts';

export interface Recovered {
  /** Nothing is missing between the archive and the entry it was asked to reach. */
  readonly whole: boolean;
  /** The entry it was asked to reach was the end of a line that began in a rotated file, and is archived. */
  readonly reached: boolean;
  /** The last line of all files has no line end; not archived. */
  readonly rest: Buffer | null;
}

/**
 * Fetches what the log request does not give any more: the kubelet puts a log file aside at 10 MiB and
 * answers from the newest only. Appends what follows `last` (null: everything) up to `upTo` (null: to
 * the end). Where `last` is in none of the files, a gap is marked before what they hold.
 */
export async function recover(
  source: LogSource,
  writer: StepWriter,
  range: { last: Buffer | null; upTo: Buffer | null },
  signal: AbortSignal,
): Promise<Recovered> {
  const files = await source.rotated(signal);
  const start = await firstFile(source, files, range.last, signal);
  if (range.last !== null && !(await holds(source, files, start, range.last, signal))) {
    await writer.gap(timeOf(range.last), range.upTo ? timeOf(range.upTo) : '');
    const tail = await copy(source, writer, files.slice(start), { ...range, after: 'time' }, signal);
    return { ...tail, whole: false };
  }
  const tail = await copy(source, writer, files.slice(start), { ...range, after: 'entry' }, signal);
  return { ...tail, whole: true };
}

/** The newest file that begins no later than `last`; the oldest when none does. */
async function firstFile(
  source: LogSource,
  files: string[],
  last: Buffer | null,
  signal: AbortSignal,
): Promise<number> {
  if (last === null) return 0;
  for (let index = files.length - 1; index > 0; index -= 1) {
    for await (const line of linesOf(source.read(files[index] ?? '', signal))) {
      if (compareTimes(timeOf(line), timeOf(last)) <= 0) return index;
      break;
    }
  }
  return 0;
}

async function holds(
  source: LogSource,
  files: string[],
  start: number,
  last: Buffer,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const entry of entriesOf(source, files.slice(start), signal)) {
    if (!entry.whole) return false;
    if (sameEntry(entry.bytes, last)) return true;
    // Entries are in order but for microseconds; a second is more than enough.
    if (compareTimes(timeOf(entry.bytes), timeOf(last)) > 1e9) return false;
  }
  return false;
}

async function copy(
  source: LogSource,
  writer: StepWriter,
  files: string[],
  range: { last: Buffer | null; upTo: Buffer | null; after: 'entry' | 'time' },
  signal: AbortSignal,
): Promise<{ reached: boolean; rest: Buffer | null }> {
  const { last, upTo } = range;
  let copying = last === null;
  const batch = new Batch(writer);
  for await (const { bytes, whole } of entriesOf(source, files, signal)) {
    if (!copying && last !== null) {
      const isLast = range.after === 'entry' && sameEntry(bytes, last);
      copying = isLast || (range.after === 'time' && compareTimes(timeOf(bytes), timeOf(last)) > 0);
      if (isLast || !copying) continue;
    }
    if (!whole) {
      await batch.write();
      if (upTo === null) return { reached: false, rest: bytes };
      await writer.append(Buffer.concat([bytes, upTo.subarray(timeOf(upTo).length + 1), Buffer.from('\n')]));
      return { reached: true, rest: null };
    }
    if (upTo !== null && sameEntry(bytes, upTo)) break;
    await batch.add(bytes);
  }
  await batch.write();
  return { reached: false, rest: null };
}

/** Entries of files that follow each other; the last may be the beginning of one (`whole` is false). */
async function* entriesOf(
  source: LogSource,
  files: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<{ bytes: Buffer; whole: boolean }, void, undefined> {
  const reader = new CriReader();
  for (const file of files) {
    for await (const line of linesOf(source.read(file, signal))) {
      const bytes = reader.take(line);
      if (bytes) yield { bytes, whole: true };
    }
  }
  const rest = reader.rest();
  if (rest.length > 0) yield { bytes: rest, whole: false };
}

/** Many entries in one write. */
class Batch {
  readonly #writer: StepWriter;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(writer: StepWriter) {
    this.#writer = writer;
  }

  async add(entry: Buffer): Promise<void> {
    this.#pieces.push(entry, Buffer.from('\n'));
    this.#length += entry.length + 1;
    if (this.#length > 256 * 1024) await this.write();
  }

  async write(): Promise<void> {
    const region = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    await this.#writer.append(region);
  }
}
