import { PassThrough } from 'node:stream';
import { type Streams } from './terminal.ts';

/** Streams of a test: what was written, and whether a terminal is at the other end. */
export class FakeStreams implements Streams {
  readonly stdin: Streams['stdin'];
  readonly stdout: Streams['stdout'];
  readonly stderr: Streams['stderr'];
  readonly #written = { out: '', err: '' };
  readonly #input = new PassThrough();

  constructor(terminal: boolean, typed = '') {
    if (typed !== '') this.#input.write(typed);
    this.stdin = Object.assign(this.#input, { isTTY: terminal });
    this.stdout = Object.assign(this.#collect('out'), { isTTY: terminal, columns: 80 });
    this.stderr = this.#collect('err');
  }

  endInput(): void {
    this.#input.end();
  }

  get out(): string {
    return this.#written.out;
  }

  get err(): string {
    return this.#written.err;
  }

  /** What was written, read as one JSON object a line. */
  get objects(): Record<string, unknown>[] {
    const lines = this.#written.out.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  #collect(name: 'out' | 'err'): PassThrough {
    const stream = new PassThrough();
    stream.on('data', (piece: Buffer) => (this.#written[name] += piece.toString('utf8')));
    return stream;
  }
}
