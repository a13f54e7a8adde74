import { createInterface } from 'node:readline/promises';
import { cut } from './width.ts';

/** What a command needs of the streams it was started with; tests give their own. */
export interface Streams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
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

  /** Whether the person answers yes. `signal` ends the question as no. */
  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    const reader = createInterface({ input: this.#streams.stdin, output: this.#streams.stdout });
    try {
      const answer = await reader.question(`${cut(question, 1000)} [y/N] `, { signal });
      return /^\s*(y|yes|はい)\s*$/i.test(answer);
    } catch {
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
