import { compareTimes, sameEntry, textStart, timeOf } from './entry.ts';
import type { Window } from './window.ts';

/** Text of a line from which on the API may begin a replay inside of it: it is stored in parts of this size. */
const partSize = 16_384;

/**
 * - `skip`: archived already
 * - `new`: this entry and all that follow are not
 * - `gap`: so are they, but what was between the archive and this entry is not known
 * - `differs`: the replay is not what is archived; it is skipped up to the archive's last entry
 */
export type JoinVerdict = 'skip' | 'new' | 'gap' | 'differs';

/**
 * Finds out where a replay goes beyond what is archived. Everything is compared, time and text: times
 * alone do not tell, and a replay always begins up to two seconds too early.
 */
export class Join {
  readonly #open: () => Promise<Window>;
  /** The newest archived entry. */
  readonly #last: Buffer | null;
  readonly #timesAreOrdered: boolean;
  #window: Window | null = null;
  #next: Buffer | null = null;
  #state: 'first' | 'matching' | 'differing' | 'done' = 'first';

  /** `open` gives a fresh window over the archive. */
  constructor(open: () => Promise<Window>, archive: { last: Buffer | null; timesAreOrdered: boolean }) {
    this.#open = open;
    this.#last = archive.last;
    this.#timesAreOrdered = archive.timesAreOrdered;
  }

  /** Nothing needs to be compared any more. */
  get done(): boolean {
    return this.#state === 'done';
  }

  /** Judges the next entry of the replay (without its line end). */
  async take(entry: Buffer): Promise<JoinVerdict> {
    switch (this.#state) {
      case 'done':
        return 'new';
      case 'first':
        return this.#first(entry);
      case 'differing':
        return this.#skipToLast(entry);
      case 'matching': {
        const expected = (await this.#window?.next()) ?? null;
        if (expected && sameEntry(expected, entry)) return 'skip';
        if (expected) return this.#unknown(entry);
        this.#state = 'done';
        return 'new';
      }
    }
  }

  /** Whether the replay held everything in the window; asked at its end. */
  async matchedAll(): Promise<boolean> {
    switch (this.#state) {
      case 'done':
      case 'differing':
        return true;
      case 'first':
        this.#window = await this.#reopen();
        return this.#next === null;
      case 'matching':
        return ((await this.#window?.next()) ?? null) === null;
    }
  }

  async close(): Promise<void> {
    await this.#window?.close();
  }

  async #first(entry: Buffer): Promise<JoinVerdict> {
    this.#state = 'matching';
    this.#window = await this.#reopen();
    if (this.#next === null && this.#window.before === null) {
      this.#state = 'done';
      return 'new';
    }
    for (let each = this.#next; each; each = await this.#window.next()) if (sameEntry(each, entry)) return 'skip';
    return (await this.#findLineEnding(entry)) ? 'skip' : this.#unknown(entry);
  }

  /** Looks for a long line that the entry is the end of, and puts the window behind it. */
  async #findLineEnding(entry: Buffer): Promise<boolean> {
    const window = await this.#reopen();
    if (window.before && endsWith(window.before, entry)) {
      // The first entry of the window was taken to look at what is before it.
      await window.close();
      this.#window = await this.#open();
      return true;
    }
    for (let each = this.#next; each; each = await window.next()) if (endsWith(each, entry)) return true;
    return false;
  }

  /**
   * Later than everything archived: what is between is missing. Otherwise the replay contradicts the
   * archive, which no log file was seen to do; then nothing may come twice, again and again.
   */
  #unknown(entry: Buffer): JoinVerdict {
    const isLater = this.#last === null || compareTimes(timeOf(entry), timeOf(this.#last)) > 0;
    this.#state = isLater || !this.#timesAreOrdered ? 'done' : 'differing';
    return this.#state === 'done' ? 'gap' : 'differs';
  }

  #skipToLast(entry: Buffer): JoinVerdict {
    if (this.#last && sameEntry(this.#last, entry)) {
      this.#state = 'done';
      return 'skip';
    }
    if (this.#last && compareTimes(timeOf(entry), timeOf(this.#last)) <= 0) return 'skip';
    this.#state = 'done';
    return 'new';
  }

  async #reopen(): Promise<Window> {
    await this.#window?.close();
    const window = await this.#open();
    this.#window = window;
    this.#next = await window.next();
    return window;
  }
}

/** Whether the text of an entry is the end, but not all, of the text of a long one. */
function endsWith(long: Buffer, entry: Buffer): boolean {
  const from = textStart(entry);
  const length = entry.length - from;
  if (from === -1 || long.length <= partSize || length === 0) return false;
  const start = long.length - length;
  return start > textStart(long) && long.subarray(start).equals(entry.subarray(from));
}
