import { setTimeout as sleep } from 'node:timers/promises';
import { isKubernetesError } from '../kubernetes/errors.ts';
import { Pace } from '../kubernetes/pace.ts';
import { timeOf } from './entry.ts';
import { fillHole, type Following } from './missing.ts';
import { NoLogError, type Reading, readLog } from './reading.ts';

/** Milliseconds. */
export interface TailTiming {
  /** After a stream that ended without an error. */
  readonly afterCleanEnd: number;
  readonly backoff: readonly number[];
  /** Nothing heard for so long: asked again. */
  readonly silence: number;
  /** Refused for lack of permission again and again. */
  readonly forbidden: number;
}

export const tailTiming: TailTiming = {
  afterCleanEnd: 5,
  backoff: [300, 600, 1200, 2400, 5000],
  silence: 120_000,
  forbidden: 60_000,
};

/** A log smaller than this cannot have been put aside by the kubelet, which does so at 10 MiB. */
const neverPutAside = 4 * 1024 * 1024;

/**
 * Reads the log of one container into the archive until it is whole: no line twice, and none lost
 * without a mark. A clean end of the stream is not the end of the log: a reader that is behind when
 * the container ends, or when its file is put aside, gets one in the middle.
 */
export class Tail {
  readonly #following: Following;
  readonly #signal: AbortSignal;
  readonly #timing: TailTiming;
  readonly #pace: Pace;
  #attempt = new AbortController();
  /** Readings of an ended container that lacked a part of the archive's end. */
  #short = 0;
  #refused = 0;
  #last: Reading | null = null;

  constructor(following: Following, signal: AbortSignal, timing: Partial<TailTiming> = {}) {
    this.#following = following;
    this.#signal = signal;
    this.#timing = { ...tailTiming, ...timing };
    this.#pace = new Pace(this.#timing.backoff);
  }

  /** Breaks off the stream and opens it again at once, after sleep for example. Nothing is lost by it. */
  hurry(): void {
    this.#pace.reset();
    this.#attempt.abort(new Error('hurry'));
  }

  /** Resolves when the log is whole; rejects with the signal's reason when that comes first. */
  async run(): Promise<void> {
    while (!this.#following.writer.complete) {
      this.#signal.throwIfAborted();
      const attempt = new AbortController();
      this.#attempt = attempt;
      const signal = AbortSignal.any([this.#signal, attempt.signal]);
      const reading = await readLog(this.#following, this.#timing.silence, signal);
      this.#signal.throwIfAborted();
      if (reading.added) this.#pace.reset();
      // What fails here (the disk is full, the node does not answer) is tried again after the next reading.
      if (await this.#isOver(reading, signal).catch(() => false)) return;
      this.#last = reading;
      const wait = attempt.signal.aborted ? 0 : this.#waitAfter(reading);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  #waitAfter({ end, added, state, error }: Reading): number {
    const known = isKubernetesError(error) ? error : null;
    this.#refused = known?.kind === 'forbidden' ? this.#refused + 1 : 0;
    // A server that has just started refuses everybody for a moment.
    if (this.#refused > this.#timing.backoff.length) return this.#timing.forbidden;
    if (end === 'clean' && (added || state === 'terminated') && this.#short === 0) return this.#timing.afterCleanEnd;
    return Math.max(this.#pace.next(), known?.retryAfterMs ?? 0);
  }

  /** Writes the end of the log when this reading has shown it. */
  async #isOver(reading: Reading, signal: AbortSignal): Promise<boolean> {
    if (reading.state === 'gone') return this.#endOfGone();
    const isLog = !(reading.error instanceof NoLogError);
    if (reading.state !== 'terminated' || reading.added || (reading.end === 'broken' && isLog)) return false;
    if (reading.end === 'clean' && reading.whole) return this.#endOfWhole(reading, signal);
    // The file was put aside after the end, so the request gives nothing or something else.
    this.#short += 1;
    if (this.#short < 3) return false;
    const { found, rest } = await fillHole(this.#following, null, signal);
    if (found !== 'none') return false;
    await this.#finish(rest, rest === null);
    return true;
  }

  /** A whole reading after the container's end that gave nothing new. */
  async #endOfWhole({ rest, restArchived }: Reading, signal: AbortSignal): Promise<boolean> {
    // The end of a line is only believed when it comes a second time.
    if (rest !== null && !restArchived && !this.#last?.rest?.equals(rest)) return false;
    if (this.#following.writer.lines === 0 && rest === null) {
      const filled = await fillHole(this.#following, null, signal);
      if (filled.found !== 'none') return false;
      await this.#finish(filled.rest, filled.rest === null);
    } else await this.#finish(restArchived ? null : rest, rest === null);
    return true;
  }

  async #endOfGone(): Promise<boolean> {
    const { writer } = this.#following;
    const last = this.#last;
    const endedWell = last?.end === 'clean' && last.whole && writer.bytes < neverPutAside;
    const rest = endedWell && !last.restArchived ? last.rest : null;
    if (!endedWell) await writer.gap(timeOf((await writer.last()) ?? Buffer.alloc(0)), '');
    await this.#finish(rest, rest === null && !(endedWell && last.restArchived));
    return true;
  }

  async #finish(rest: Buffer | null, newline: boolean): Promise<void> {
    const { writer } = this.#following;
    if (rest !== null) await writer.append(Buffer.concat([rest, Buffer.from('\n')]));
    await writer.finish(newline);
  }
}
