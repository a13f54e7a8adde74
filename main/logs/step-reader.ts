import { type FileHandle, open } from 'node:fs/promises';
import type { LogLine, LogStep } from '../../preload/contract/logs.ts';
import { textStart } from './entry.ts';
import { inspectLog } from './inspect.ts';
import { findRecord, linesPerRecord } from './line-index.ts';
import { readMarks } from './marks.ts';
import { wholeLines } from './scan.ts';
import type { StepFiles } from './step-files.ts';

/** Bytes of a line's text that are sent; saving gives all of it. */
export const longestShown = 16 * 1024;

/** Opens a log for one reading; `size` limits it to what is known to be whole. */
async function withLog<R>(files: StepFiles, use: (log: FileHandle, size: number) => Promise<R>): Promise<R> {
  const log = await open(files.log, 'r');
  try {
    const { size } = await log.stat();
    return await use(log, size);
  } finally {
    await log.close();
  }
}

/** How far the log of a step is that nobody writes. */
export async function readState(step: string, files: StepFiles): Promise<LogStep> {
  const marks = await readMarks(files.marks);
  const gaps = [...marks.gaps];
  if (marks.complete) {
    const { lines, bytes, warnings, errors } = marks.complete;
    return { step, lines, bytes, complete: true, warnings, errors, gaps };
  }
  const { lines, bytes, warnings, errors } = await withLog(files, (log, size) => inspectLog(log, files.index, size));
  return { step, lines, bytes, complete: false, warnings, errors, gaps };
}

/** Up to `count` lines from line `from` on. */
export function readLines(files: StepFiles, from: number, count: number): Promise<LogLine[]> {
  return withLog(files, async (log, size) => {
    const { number, record } = await findRecord(files.index, log, size, Math.floor(from / linesPerRecord));
    const found: LogLine[] = [];
    let index = number * linesPerRecord;
    // Small pieces: a page of lines is about 20 KiB.
    for await (const region of wholeLines(log, record.offset, size, 64 * 1024)) {
      for (let start = 0; start < region.length; index += 1) {
        const end = region.indexOf(10, start);
        if (index >= from) found.push(shownLine(region, start, end, index));
        if (found.length === count) return found;
        start = end + 1;
      }
    }
    return found;
  });
}

function shownLine(region: Buffer, start: number, end: number, index: number): LogLine {
  const text = Math.max(textStart(region, start, end), start);
  const cut = end - text > longestShown;
  const shownEnd = cut ? characterStart(region, text + longestShown) : end;
  return {
    index,
    at: region.toString('latin1', start, text).trimEnd(),
    text: region.toString('utf8', text, shownEnd),
    cut,
  };
}

/** Goes back to where a character begins in UTF-8, so that none is cut in two. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}

/** The log in pieces of whole entries, up to the last whole one. A piece is valid until the next is asked for. */
export async function* readEntries(files: StepFiles): AsyncGenerator<Buffer, void, undefined> {
  const log = await open(files.log, 'r');
  try {
    const { size } = await log.stat();
    yield* wholeLines(log, 0, size);
  } finally {
    await log.close();
  }
}
