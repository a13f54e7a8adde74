import { textStart } from './entry.ts';

/**
 * Cuts a log stream into regions of whole entries. A line that is longer than `longest` bytes is stored
 * as several with the same time, so that memory is bounded; every reading cuts it at the same places.
 */
export class EntrySplitter {
  readonly #longest: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(longest = 64 * 1024 * 1024) {
    this.#longest = longest;
  }

  /** The entries that this chunk completes, each with its line end; null when there are none. */
  push(chunk: Buffer): Buffer | null {
    const end = chunk.lastIndexOf(10) + 1;
    const whole = end > 0 ? this.#takeWith(chunk.subarray(0, end)) : null;
    if (end < chunk.length) this.#keep(chunk.subarray(end));
    return whole ?? this.#overflow();
  }

  /** What came after the last line end. */
  rest(): Buffer {
    return this.#takeWith(Buffer.alloc(0));
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #takeWith(last: Buffer): Buffer {
    const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }

  #overflow(): Buffer | null {
    if (this.#length <= this.#longest) return null;
    const all = this.#takeWith(Buffer.alloc(0));
    const time = all.subarray(0, Math.max(textStart(all.subarray(0, 64)), 0));
    const cut = all.subarray(0, this.#longest);
    this.#keep(Buffer.concat([time, all.subarray(this.#longest)]));
    return Buffer.concat([cut, Buffer.from('\n')]);
  }
}
