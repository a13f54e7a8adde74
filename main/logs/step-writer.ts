import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { LogStep } from '../../preload/contract/logs.ts';
import { lastLineStart, secondOf } from './entry.ts';
import { inspectLog, Tally } from './inspect.ts';
import { encodeRecords, type IndexRecord, indexSize } from './line-index.ts';
import { addMark, type Marks, readMarks } from './marks.ts';
import type { StepFiles } from './step-files.ts';

/**
 * Appends to the log of one step. What was appended is in the file before anybody is told. There is
 * one writer for a step at a time.
 */
export class StepWriter {
  readonly step: string;
  readonly files: StepFiles;
  readonly #log: FileHandle;
  readonly #index: FileHandle;
  readonly #tally: Tally;
  readonly #onChange: () => void;
  #indexWorks = true;
  #torn = false;
  readonly #gaps: number[];
  #complete: boolean;
  #clockPutBack: boolean;
  /** The largest time of an entry, whole seconds. */
  #latest = Number.NEGATIVE_INFINITY;

  private constructor(fields: {
    step: string;
    files: StepFiles;
    log: FileHandle;
    index: FileHandle;
    tally: Tally;
    marks: Marks;
    onChange: () => void;
  }) {
    this.step = fields.step;
    this.files = fields.files;
    this.#log = fields.log;
    this.#index = fields.index;
    this.#tally = fields.tally;
    this.#gaps = [...fields.marks.gaps];
    this.#complete = fields.marks.complete !== null;
    this.#clockPutBack = fields.marks.clockPutBack;
    this.#onChange = fields.onChange;
  }

  /** Opens or makes the files. A torn end is cut off, a missing part of the index is added. */
  static async open(step: string, files: StepFiles, onChange: () => void): Promise<StepWriter> {
    await mkdir(path.dirname(files.log), { recursive: true, mode: 0o700 });
    const log = await open(files.log, 'a+', 0o600);
    const index = await open(files.index, 'a+', 0o600);
    const { size } = await log.stat();
    const extent = await inspectLog(log, files.index, size);
    if (extent.bytes < size) await log.truncate(extent.bytes);
    const { from, records } = extent.missing;
    await index.truncate(indexSize(from));
    await index.appendFile(encodeRecords(records));
    const marks = await readMarks(files.marks);
    return new StepWriter({ step, files, log, index, tally: new Tally(extent), marks, onChange });
  }

  get state(): LogStep {
    const { lines, bytes, warnings, errors } = this.#tally;
    return { step: this.step, lines, bytes, complete: this.#complete, warnings, errors, gaps: [...this.#gaps] };
  }

  get lines(): number {
    return this.#tally.lines;
  }

  /** Bytes of whole entries in the file. */
  get bytes(): number {
    return this.#tally.bytes;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Times do not tell the order of the entries. */
  get clockPutBack(): boolean {
    return this.#clockPutBack;
  }

  /** For reading while it is written, up to `bytes`. */
  get log(): FileHandle {
    return this.#log;
  }

  /** The newest entry without its line end; null when there is none. */
  async last(): Promise<Buffer | null> {
    const size = this.bytes;
    if (size === 0) return null;
    for (let step = 64 * 1024; ; step *= 4) {
      const length = Math.min(step, size);
      const { buffer } = await this.#log.read(Buffer.alloc(length), 0, length, size - length);
      const start = lastLineStart(buffer);
      if (start > 0 || length === size) return buffer.subarray(start, -1);
    }
  }

  /** From which second on a replay is needed to go on after the last entry; null: from the start. */
  async since(): Promise<number | null> {
    const last = this.#clockPutBack ? null : await this.last();
    return last === null ? null : secondOf(last) - 1;
  }

  /** Appends entries, each with its line end. When the disk refuses, nothing of them is kept. */
  async append(region: Buffer): Promise<void> {
    if (region.length === 0) return;
    const { lines, bytes, warnings, errors } = this.#tally;
    if (this.#torn) await this.#cut(bytes);
    const records = this.#tally.add(region);
    try {
      await writeAll(this.#log, region);
    } catch (error) {
      Object.assign(this.#tally, { lines, bytes, warnings, errors });
      this.#torn = true;
      await this.#cut(bytes).catch(() => undefined);
      throw error;
    }
    await this.#addRecords(records);
    await this.#lookAtClock(region);
    this.#onChange();
  }

  /** Says that lines may be missing between the last entry and what comes next. */
  async gap(after: string, before: string): Promise<void> {
    const { lines } = this.#tally;
    if (this.#gaps.includes(lines)) return;
    await addMark(this.files.marks, { mark: 'gap', line: lines, after, before });
    this.#gaps.push(lines);
    this.#onChange();
  }

  /** Marks the log as whole. `newline`: its last line ended with a line end. */
  async finish(newline: boolean): Promise<void> {
    if (this.#complete) return;
    await this.#log.datasync();
    const { lines, bytes, warnings, errors } = this.#tally;
    const hash = await hashOf(this.files.log);
    const counts = { lines, bytes, warnings, errors };
    await addMark(this.files.marks, { mark: 'complete', at: Date.now(), ...counts, newline, hash });
    this.#complete = true;
    this.#onChange();
  }

  async close(): Promise<void> {
    await this.#log.close();
    await this.#index.close();
  }

  /** A replay begins at a time, so a clock that was put back (a machine that slept, say) must be known. */
  async #lookAtClock(region: Buffer): Promise<void> {
    for (const start of [0, lastLineStart(region)]) {
      const second = secondOf(region.subarray(start, start + 64));
      if (second < this.#latest - 1 && !this.#clockPutBack) {
        this.#clockPutBack = true;
        await addMark(this.files.marks, { mark: 'clock', line: this.lines });
      }
      this.#latest = Math.max(this.#latest, second);
    }
  }

  /** Takes back what was written in part when the disk was full. */
  async #cut(bytes: number): Promise<void> {
    await this.#log.truncate(bytes);
    this.#torn = false;
  }

  /** Once a record could not be written the rest would be out of place; the next opening adds them all. */
  async #addRecords(records: readonly IndexRecord[]): Promise<void> {
    if (records.length === 0 || !this.#indexWorks) return;
    await writeAll(this.#index, encodeRecords(records)).catch(() => {
      this.#indexWorks = false;
    });
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written);
    written += bytesWritten;
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}
