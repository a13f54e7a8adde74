import type { FileHandle } from 'node:fs/promises';
import { textStart } from './entry.ts';
import { findRecord, type IndexRecord, linesPerRecord } from './line-index.ts';
import { wholeLines } from './scan.ts';
import { type SevereLine, severeLines } from './severity.ts';

/** How far a log file goes. */
export interface Extent {
  readonly lines: number;
  /** Bytes of whole, valid entries; a file may end with a torn one. */
  readonly bytes: number;
  readonly warnings: number;
  readonly errors: number;
  /** Records that are missing in the index, and the number of the first of them. */
  readonly missing: { readonly from: number; readonly records: readonly IndexRecord[] };
}

/** Counts lines, warnings and errors as entries are added, and makes the records of the index. */
export class Tally {
  lines: number;
  bytes: number;
  warnings: number;
  errors: number;

  constructor(start: { lines: number; bytes: number; warnings: number; errors: number }) {
    this.lines = start.lines;
    this.bytes = start.bytes;
    this.warnings = start.warnings;
    this.errors = start.errors;
  }

  /** Takes a region of whole entries; returns the records that begin in it. */
  add(region: Buffer): IndexRecord[] {
    const records: IndexRecord[] = [];
    const severe = severeLines(region);
    let next = 0;
    for (let start = 0; start < region.length;) {
      if (this.lines % linesPerRecord === 0) {
        records.push({ offset: this.bytes + start, warnings: this.warnings, errors: this.errors });
      }
      if (severe[next]?.at === start) this.#count(severe[next++]);
      this.lines += 1;
      const end = region.indexOf(10, start);
      start = end === -1 ? region.length : end + 1;
    }
    this.bytes += region.length;
    return records;
  }

  #count(line: SevereLine | undefined): void {
    if (line?.level === 'error') this.errors += 1;
    if (line?.level === 'warning') this.warnings += 1;
  }
}

/**
 * Finds out how far a log file goes, reading from the last record of its index on. A torn or damaged
 * end (the program was killed, the power went) is not counted.
 */
export async function inspectLog(log: FileHandle, indexFile: string, size: number): Promise<Extent> {
  const { number, record } = await findRecord(indexFile, log, size, Number.MAX_SAFE_INTEGER);
  const { offset: bytes, warnings, errors } = record;
  const tally = new Tally({ lines: number * linesPerRecord, bytes, warnings, errors });
  const records: IndexRecord[] = [];
  for await (const region of wholeLines(log, bytes, size)) {
    const valid = validPart(region);
    records.push(...tally.add(region.subarray(0, valid)));
    if (valid < region.length) break;
  }
  return {
    lines: tally.lines,
    bytes: tally.bytes,
    warnings: tally.warnings,
    errors: tally.errors,
    missing: { from: number, records },
  };
}

/** Length of the entries up to the first line that is none (blocks of zeros are left by a power cut). */
function validPart(region: Buffer): number {
  for (let start = 0; start < region.length;) {
    const end = region.indexOf(10, start);
    if (textStart(region, start, end) === -1) return start;
    start = end + 1;
  }
  return region.length;
}
