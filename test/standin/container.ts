import { gzipSync } from 'node:zlib';
import { KubernetesError } from '../../main/kubernetes/errors.ts';
import type { ContainerState, LogSource } from '../../main/logs/source.ts';

/** A line, or a part of one, as the container runtime keeps it. */
interface Part {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly whole: boolean;
  readonly text: string;
}

/** The runtime cuts lines into parts of this size. */
const partSize = 16_384;

/**
 * A container that prints, and the kubelet that keeps its log: files that are put aside, a log request
 * that reads only the newest of them, streams that break anywhere. Times are its own.
 */
export class StandInContainer implements LogSource {
  /** Connections to come are broken after so many bytes each. */
  readonly cuts: number[] = [];
  /** The same for reading files that were put aside. */
  readonly readCuts: number[] = [];
  /** `nodes/proxy` may be used. */
  proxy = true;
  status: ContainerState = 'running';
  /** Connections made so far. */
  follows = 0;
  /** A follower ends cleanly at the end of a file that was put aside, as one does that is behind when the container ends. */
  endsAtRotated = false;
  /** Connections stay open but nothing passes. */
  mute = false;
  /** Happens when the files that were put aside are about to be listed. */
  beforeListing: () => void = () => {};
  /** What the kubelet writes instead of a log. */
  instead: string | null = null;
  readonly #files: { name: string; parts: Part[] }[] = [{ name: '0.log', parts: [] }];
  readonly #printed: string[] = [];
  #now: bigint;
  #unended = '';
  #changed = Promise.withResolvers<undefined>();
  #link = new AbortController();

  constructor(startedAt: number) {
    this.#now = BigInt(startedAt) * 1_000_000n;
  }

  /** Everything it has printed, as the API would give it with times. */
  get printed(): string {
    return this.#printed.join('') + this.#unended;
  }

  /** Moves its clock, milliseconds. */
  pass(milliseconds: number): void {
    this.#now += BigInt(Math.round(milliseconds * 1e6));
  }

  /** Prints lines, a tenth of a millisecond apart. */
  print(...lines: string[]): void {
    for (const line of lines) this.#print(line, true);
    this.#wake();
  }

  /** Prints the beginning of a line; only the end of the container can follow. */
  printUnended(text: string): void {
    this.#print(text, false);
    this.#wake();
  }

  /** Prints a long line whose parts are written one by one with the file being put aside in between. */
  printOverRotation(first: string, second: string): void {
    const text = first.padEnd(partSize, '.');
    const started = this.#tick();
    this.#current.push({ time: started, whole: false, text });
    this.rotate();
    this.#current.push({ time: this.#tick(), whole: true, text: second });
    this.#printed.push(`${apiTime(started)} ${text}${second}\n`);
    this.#wake();
  }

  /** Puts the log file aside, as the kubelet does when it is large. */
  rotate(): void {
    const current = this.#files.at(-1);
    const stamp = `20261120-${String(210_000 + this.#files.length)}`;
    if (current) current.name = `0.log.${stamp}`;
    for (const older of this.#files.slice(0, -1)) older.name = older.name.replace(/(\.gz)?$/, '.gz');
    this.#files.push({ name: '0.log', parts: [] });
    this.#wake();
  }

  /** Deletes files that were put aside, the oldest first. */
  forget(count: number): void {
    this.#files.splice(0, count);
  }

  /** Breaks the connections that are open. */
  disconnect(): void {
    this.#link.abort(new Error('other side closed'));
    this.#link = new AbortController();
  }

  end(): void {
    this.status = 'terminated';
    this.#wake();
  }

  vanish(): void {
    this.status = 'gone';
    this.#wake();
  }

  state(): Promise<ContainerState> {
    return Promise.resolve(this.status);
  }

  follow(since: number | null, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    this.follows += 1;
    signal.throwIfAborted();
    if (this.instead !== null) return Promise.resolve(pieces([Buffer.from(this.instead)]));
    return Promise.resolve(
      cutAfter(
        this.#stream(since, AbortSignal.any([signal, this.#link.signal])),
        this.cuts.shift() ?? Number.POSITIVE_INFINITY,
      ),
    );
  }

  rotated(): Promise<string[]> {
    if (!this.proxy) {
      const refused = { kind: 'forbidden', status: 403, reason: 'Forbidden', message: 'nodes is forbidden' } as const;
      return Promise.reject(new KubernetesError(refused));
    }
    this.beforeListing();
    return Promise.resolve(this.#files.slice(0, -1).map((file) => file.name));
  }

  read(name: string): AsyncIterable<Buffer> {
    const parts = this.#files.find((file) => file.name === name)?.parts ?? [];
    const text = parts.map((part) => `${criTime(part.time)} stdout ${part.whole ? 'F' : 'P'} ${part.text}\n`).join('');
    return cutAfter(pieces([Buffer.from(text)]), this.readCuts.shift() ?? Number.POSITIVE_INFINITY);
  }

  /** A rotated file as the node's web server gives it. */
  async raw(name: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(name)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    return name.endsWith('.gz') ? gzipSync(bytes) : bytes;
  }

  get #current(): Part[] {
    return this.#files.at(-1)?.parts ?? [];
  }

  #tick(): bigint {
    return (this.#now += 100_000n);
  }

  #print(text: string, ended: boolean): void {
    const started = this.#now + 100_000n;
    const bytes = text.length === 0 ? [''] : (text.match(/[^]{1,16384}/gu) ?? []);
    bytes.forEach((part, index) => {
      this.#current.push({ time: this.#tick(), whole: ended && index === bytes.length - 1, text: part });
    });
    if (ended) this.#printed.push(`${apiTime(started)} ${text}\n`);
    else this.#unended = `${apiTime(started)} ${text}`;
  }

  async *#stream(since: number | null, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    let file = this.#files.at(-1);
    let index = 0;
    let newLine = true;
    for (;;) {
      const changed = this.#changed.promise;
      if (this.mute) await aborted(signal);
      for (; file && index < file.parts.length; index += 1) {
        const part = file.parts[index];
        if (!part || (since !== null && part.time < BigInt(since) * 1_000_000_000n)) continue;
        yield Buffer.from(`${newLine ? `${apiTime(part.time)} ` : ''}${part.text}${part.whole ? '\n' : ''}`);
        newLine = part.whole;
      }
      if (file !== this.#files.at(-1)) {
        if (this.endsAtRotated) return;
        file = this.#files[this.#files.findIndex((each) => each === file) + 1];
        index = 0;
      } else if (this.status === 'terminated' || this.status === 'gone') return;
      else await Promise.race([changed, aborted(signal)]);
    }
  }

  #wake(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}

/** Nine decimals, as the API writes times. */
function apiTime(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Zeros at the end cut, as the runtime writes them. */
function criTime(time: bigint): string {
  return apiTime(time).replace(/\.?0+Z$/, 'Z');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

async function* pieces(chunks: Buffer[]): AsyncGenerator<Buffer, void, undefined> {
  yield* await Promise.resolve(chunks);
}

async function* cutAfter(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer, void, undefined> {
  let left = bytes;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) throw new Error('other side closed');
  }
}
