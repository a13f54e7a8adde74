import { EntrySplitter } from './entry-splitter.ts';
import { textStart, timeOf } from './entry.ts';
import { Join } from './join.ts';
import { fillHole, type Following } from './missing.ts';
import type { ContainerState } from './source.ts';
import { Window } from './window.ts';

/** A body that is no log: the kubelet writes some of its errors as if they were one. */
export class NoLogError extends Error {
  override readonly name = 'NoLogError';
}

/** What one reading of a container's log came to. */
export interface Reading {
  /** How the container was before. */
  readonly state: ContainerState;
  readonly end: 'clean' | 'broken';
  readonly error: unknown;
  /** New entries were archived. */
  readonly added: boolean;
  /** It held all of the archive's end that it should have. */
  readonly whole: boolean;
  /** A last line without line end. */
  readonly rest: Buffer | null;
  /** That line is archived already. */
  readonly restArchived: boolean;
}

/**
 * Reads a container's log once, from just before the end of the archive until the stream ends, and
 * archives what is new. `silence`: milliseconds without a byte after which the stream is given up.
 */
export async function readLog(following: Following, silence: number, signal: AbortSignal): Promise<Reading> {
  const { source, writer } = following;
  const before = writer.lines;
  const nothing = { added: false, whole: false, rest: null, restArchived: false };
  let state: ContainerState = 'running';
  let join: Join | null = null;
  try {
    state = await source.state(signal);
    if (state === 'gone' || state === 'waiting') return { ...nothing, state, end: 'broken', error: null };
    const since = await writer.since();
    const archived = { last: await writer.last(), timesAreOrdered: !writer.clockPutBack };
    join = new Join(() => Window.open(writer.log, writer.bytes, since), archived);
    const splitter = new EntrySplitter();
    for await (const chunk of unlessSilent((limit) => source.follow(since, limit), silence, signal)) {
      const region = splitter.push(chunk);
      if (region) await archive(following, join, region, signal);
    }
    const rest = splitter.rest();
    // Of a container that still runs it may be the beginning of a line.
    const isLine = rest.length > 0 && state === 'terminated';
    const restArchived = isLine && (await compareRest(following, join, rest, signal));
    const whole = await join.matchedAll();
    const added = writer.lines > before;
    return { state, end: 'clean', error: null, added, whole, rest: rest.length > 0 ? rest : null, restArchived };
  } catch (error) {
    return { ...nothing, state, end: 'broken', error, added: writer.lines > before };
  } finally {
    await join?.close();
  }
}

/** Skips what is archived and appends the rest of a region of whole entries. */
async function archive(following: Following, join: Join, region: Buffer, signal: AbortSignal): Promise<void> {
  const { writer } = following;
  let start = 0;
  while (!join.done && start < region.length) {
    const end = region.indexOf(10, start);
    const entry = checked(region.subarray(start, end));
    const verdict = await join.take(entry);
    const lost = verdict === 'gap' || (verdict === 'new' && beginsLate(following, entry));
    const reached = lost && (await fillHole(following, entry, signal)).found === 'reached';
    if (verdict === 'differs') await writer.gap(timeOf(entry), '');
    if (verdict === 'skip' || verdict === 'differs' || reached) start = end + 1;
  }
  for (let at = start; at < region.length;) {
    const end = region.indexOf(10, at);
    if (textStart(region, at, end) === -1) throw new NoLogError(region.toString('utf8', at, Math.min(end, at + 200)));
    at = end + 1;
  }
  await writer.append(region.subarray(start));
}

/** Whether a last line without line end is archived. What is missing before it is fetched. */
async function compareRest(following: Following, join: Join, rest: Buffer, signal: AbortSignal): Promise<boolean> {
  checked(rest);
  if (join.done) return false;
  const verdict = await join.take(rest);
  if (verdict === 'gap' || (verdict === 'new' && beginsLate(following, rest))) await fillHole(following, rest, signal);
  return verdict === 'skip';
}

/** The first line of an empty archive is later than the start of the container: it may not be the first. */
function beginsLate({ writer, startedAt }: Following, entry: Buffer): boolean {
  return writer.lines === 0 && startedAt !== null && Date.parse(timeOf(entry)) > startedAt + 1000;
}

function checked(entry: Buffer): Buffer {
  if (textStart(entry) === -1) throw new NoLogError(entry.toString('utf8', 0, 200));
  return entry;
}

/** The chunks of a stream that is broken off when nothing is heard for too long: a dead link is silent. */
async function* unlessSilent(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>,
  silence: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error('silence')), silence);
  try {
    for await (const chunk of await open(AbortSignal.any([signal, silent.signal]))) {
      timer.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}
