import { sameEntry, textStart } from './entry.ts';
import type { Window } from './window.ts';

/** Text of a line from which on the API may begin a replay inside of it: it is stored in parts of this size. */
const partSize = 16_384;

/**
 * Finds out where a replay goes beyond what is archived. Everything is compared, time and text: times
 * alone do not tell, and the replay always begins up to two seconds too early.
 * - `skip`: archived already
 * - `new`: this entry and all that follow are not
 * - `gap`: so are they, but what was between the archive and this entry is not known
 */
export class Join {
  readonly #open: () => Promise<Window>;
  #window: Window | null = null;
  #next: Buffer | null = null;
  #state: 'first' | 'matching' | 'done' = 'first';

  /** `open` gives a fresh window over the archive. */
  constructor(open: () => Promise<Window>) {
    this.#open = open;
  }

  /** Nothing needs to be compared any more. */
  get done(): boolean {
    return this.#state === 'done';
  }

  /** Judges the next entry of the replay (without its line end). */
  async take(entry: Buffer): Promise<'skip' | 'new' | 'gap'> {
    if (this.#state === 'first') return this.#first(entry);
    if (this.#state === 'done') return 'new';
    const expected = await this.#window?.next();
    if (expected && sameEntry(expected, entry)) return 'skip';
    this.#state = 'done';
    return expected ? 'gap' : 'new';
  }

  /** Whether the replay held everything in the window; asked at its end. */
  async matchedAll(): Promise<boolean> {
    if (this.#state === 'done') return true;
    if (this.#state === 'first') {
      this.#window = await this.#reopen();
      return this.#next === null;
    }
    return (await this.#window?.next()) === null;
  }

  async close(): Promise<void> {
    await this.#window?.close();
  }

  async #first(entry: Buffer): Promise<'skip' | 'new' | 'gap'> {
    this.#state = 'matching';
    this.#window = await this.#reopen();
    if (this.#next === null && this.#window.before === null) {
      this.#state = 'done';
      return 'new';
    }
    for (let each = this.#next; each; each = await this.#window.next()) if (sameEntry(each, entry)) return 'skip';
    // Not there as a whole: perhaps as the end of a long line.
    this.#window = await this.#reopen();
    if (this.#window.before && endsWith(this.#window.before, entry)) {
      // The first of the window was taken to look at it.
      await this.#window.close();
      this.#window = await this.#open();
      return 'skip';
    }
    for (let each = this.#next; each; each = await this.#window.next()) if (endsWith(each, entry)) return 'skip';
    this.#state = 'done';
    return 'gap';
  }

  async #reopen(): Promise<Window> {
    await this.#window?.close();
    const window = await this.#open();
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
