import { createInterface } from 'node:readline/promises';

/** What a command needs of the streams it was started with; tests give their own. */
export interface Streams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };
  stderr: NodeJS.WritableStream;
}

/** Where a command speaks: lines, lines that are drawn over, and questions. */
export class Terminal {
  readonly #streams: Streams;
  readonly #env: NodeJS.ProcessEnv;
  #drawn = 0;

  constructor(streams: Streams, env: NodeJS.ProcessEnv) {
    this.#streams = streams;
    this.#env = env;
  }

  /** A person watches: lines can be drawn over. */
  get live(): boolean {
    return this.#streams.stdout.isTTY === true && this.#env['TERM'] !== 'dumb';
  }

  /** A person can answer. */
  get canAsk(): boolean {
    return this.#streams.stdin.isTTY === true && this.#streams.stdout.isTTY === true;
  }

  /** https://no-color.org */
  get colours(): boolean {
    return this.live && (this.#env['NO_COLOR'] ?? '') === '';
  }

  get columns(): number {
    return Math.max(40, this.#streams.stdout.columns ?? 80);
  }

  get rows(): number {
    return Math.max(8, this.#streams.stdout.rows ?? 24);
  }

  /** Writes a line above whatever is drawn over. */
  line(text = ''): void {
    this.#streams.stdout.write(`${this.#erase()}${text}\n`);
  }

  /** Text as it is, for logs. */
  text(text: string): void {
    this.#streams.stdout.write(text);
  }

  /** A line for the person even when the output goes into a file. */
  problem(text: string): void {
    this.#streams.stderr.write(`${text}\n`);
  }

  /** One JSON object a line. */
  json(value: object): void {
    this.#streams.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Draws `lines` over the ones that were drawn before. Lines with colours must fit by themselves. */
  draw(lines: string[]): void {
    this.#streams.stdout.write(`${this.#erase()}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  /** Leaves what is drawn where it is. */
  keep(): void {
    this.#drawn = 0;
  }

  /** Whether the person answers yes. `signal`, Ctrl-C and the end of the input are a no. */
  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    const reader = createInterface({ input: this.#streams.stdin, output: this.#streams.stdout });
    // While a line is read, the terminal gives Ctrl-C to the reader and not to the process.
    const no = new AbortController();
    reader.on('SIGINT', () => no.abort()).on('close', () => no.abort());
    try {
      const answer = await reader.question(`${question} [y/N] `, { signal: AbortSignal.any([signal, no.signal]) });
      return /^\s*(y|yes|はい)\s*$/i.test(answer);
    } catch {
      this.line();
      return false;
    } finally {
      reader.close();
    }
  }

  #erase(): string {
    const erase = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[J`;
    this.#drawn = 0;
    return erase;
  }
}
