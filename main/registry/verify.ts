import { createHash } from 'node:crypto';
import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';

/** What content has to be. */
export interface Expected {
  /** `sha256:<64 hex>`. */
  readonly digest: string;
  /** Bytes, null where not known. */
  readonly size: number | null;
}

/** The digest of bytes as `sha256:<hex>`. */
export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Passes a stream through and checks it at its end: it fails with `problem(found)` when size or digest differ, where
 * `found` says what was read (`sha256:…`, or `<n> bytes`). Nobody who reads to the end can miss it.
 */
export function verified(source: Readable, expected: Expected, problem: (found: string) => Error): Readable {
  const check = new Check(expected, problem);
  pipeline(source, check, () => {
    // The error is the reader's: pipeline has destroyed `check` with it.
  });
  check.on('error', () => undefined);
  return check;
}

class Check extends Transform {
  readonly #hash = createHash('sha256');
  readonly #expected: Expected;
  readonly #problem: (found: string) => Error;
  #size = 0;

  constructor(expected: Expected, problem: (found: string) => Error) {
    super();
    this.#expected = expected;
    this.#problem = problem;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#size += chunk.length;
    const { size } = this.#expected;
    if (size !== null && this.#size > size) {
      done(this.#problem(`more than ${size} bytes`));
      return;
    }
    this.#hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const { size, digest } = this.#expected;
    const found = `sha256:${this.#hash.digest('hex')}`;
    if (size !== null && this.#size !== size) done(this.#problem(`${this.#size} bytes`));
    else if (found !== digest) done(this.#problem(found));
    else done();
  }
}
