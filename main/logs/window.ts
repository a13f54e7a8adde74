import type { FileHandle } from 'node:fs/promises';
import { SecondReader } from './entry.ts';
import { wholeLines } from './scan.ts';

/** Entries may be out of order by microseconds where both streams of a container are mixed. */
const slackSeconds = 2;

/**
 * The archived entries that a replay from `since` (whole seconds; null: from the start) must begin
 * with: those of at least that time, in the order of the archive. Read from the file, so that a
 * burst of any size costs no memory.
 */
export class Window {
  /** The entry before the first, when it is a long one: a replay may begin in the middle of it. */
  before: Buffer | null = null;
  readonly #regions: AsyncGenerator<Buffer, void, undefined>;
  readonly #since: number | null;
  readonly #seconds = new SecondReader();
  #region: Buffer = Buffer.alloc(0);
  #at = 0;
  #begun = false;

  private constructor(regions: AsyncGenerator<Buffer, void, undefined>, since: number | null) {
    this.#regions = regions;
    this.#since = since;
  }

  /** Opens the window over the first `size` bytes of a log. */
  static async open(log: FileHandle, size: number, since: number | null): Promise<Window> {
    const from = since === null ? 0 : await findStart(log, size, since - slackSeconds);
    return new Window(wholeLines(log, from, size, 256 * 1024), since);
  }

  /** The next entry without its line end; null after the last. Valid until the next call. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      if (this.#at >= this.#region.length) {
        const more = await this.#regions.next();
        if (more.done) return null;
        this.#region = more.value;
        this.#at = 0;
      }
      const end = this.#region.indexOf(10, this.#at);
      const entry = this.#region.subarray(this.#at, end);
      this.#at = end + 1;
      if (this.#since === null || this.#seconds.of(entry) >= this.#since) {
        this.#begun = true;
        return entry;
      }
      if (!this.#begun) this.before = entry.length > 16_384 ? Buffer.from(entry) : null;
    }
  }

  async close(): Promise<void> {
    await this.#regions.return();
  }
}

/** Where an entry begins that is older than `second`, or 0: steps back until there is one. */
async function findStart(log: FileHandle, size: number, second: number): Promise<number> {
  const seconds = new SecondReader();
  for (let step = 128 * 1024; step < size; step *= 2) {
    for await (const region of wholeLines(log, size - step, size, 64 * 1024)) {
      // The first line is most likely cut.
      const start = region.indexOf(10) + 1;
      if (start === region.length) continue;
      if (seconds.of(region.subarray(start)) < second) return size - step + start;
      break;
    }
  }
  return 0;
}
