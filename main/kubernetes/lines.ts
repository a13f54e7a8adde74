/**
 * Splits a stream of bytes at 0x0A. Bytes are split before they are decoded, so that a character
 * cut by a chunk's end stays whole. What a chunk ends with is kept until its line end comes.
 */
export class LineSplitter {
  #pieces: Buffer[] = [];
  #length = 0;
  readonly #limit: number;

  /** `limit`: a longer line is an error (bytes). */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Lines that this chunk completes, without their line ends. They may share memory with the chunk. */
  *push(chunk: Buffer): Generator<Buffer, void, undefined> {
    let start = 0;
    for (let end = chunk.indexOf(10, start); end !== -1; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      yield this.#length === 0 ? piece : this.#join(piece);
    }
    if (start < chunk.length) {
      this.#pieces.push(start === 0 ? chunk : chunk.subarray(start));
      this.#length += chunk.length - start;
      if (this.#length > this.#limit) throw new RangeError(`a line is longer than ${this.#limit} bytes`);
    }
  }

  /** What came after the last line end; empty when the stream ended with one. */
  rest(): Buffer {
    return this.#join(Buffer.alloc(0));
  }

  #join(last: Buffer): Buffer {
    const joined = Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#length = 0;
    return joined;
  }
}

/** The lines of a stream, without their line ends; the last one also when no line end follows it. */
export async function* linesOf(chunks: AsyncIterable<Buffer>, limit?: number): AsyncGenerator<Buffer, void, undefined> {
  const splitter = new LineSplitter(limit);
  for await (const chunk of chunks) yield* splitter.push(chunk);
  const rest = splitter.rest();
  if (rest.length > 0) yield rest;
}
