import type { Freshness, LiveList } from '../../preload/contract/index.ts';

type Open<T> = (signal: AbortSignal) => Promise<AsyncIterable<T>>;

/** How long to wait before a lost stream is asked for again, milliseconds. */
const pause = 500;

/** Follows a stream, asking for it again whenever it is lost, until the signal aborts. */
export async function follow<T>(
  open: Open<T>,
  onValue: (value: T) => void,
  onLost: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const stopped = () => signal.aborted;
  while (!stopped()) {
    try {
      for await (const value of await open(signal)) onValue(value);
      if (stopped()) return;
    } catch (error) {
      if (stopped()) return;
      onLost(error);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A live list of the contract as reactive rows. `dispose` it with the component that made it. */
export class LiveRows<Row> {
  readonly #key: (row: Row) => string;
  readonly #stop = new AbortController();
  readonly #byKey = new Map<string, Row>();
  #rows = $state.raw<readonly Row[]>([]);
  #complete = $state(false);
  #freshness = $state.raw<Freshness>({ state: 'loading', since: Date.now() });
  #error = $state.raw<unknown>(null);

  constructor(open: Open<LiveList<Row>>, key: (row: Row) => string) {
    this.#key = key;
    void follow(
      open,
      (message) => this.#take(message),
      (error) => this.#lost(error),
      this.#stop.signal,
    );
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** All rows are there; before, an empty list says nothing. */
  get complete(): boolean {
    return this.#complete;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  /** Why the stream was lost last, null while it runs. */
  get error(): unknown {
    return this.#error;
  }

  dispose(): void {
    this.#stop.abort();
  }

  #take(message: LiveList<Row>): void {
    if (message.type === 'snapshot') {
      this.#byKey.clear();
      for (const row of message.rows) this.#byKey.set(this.#key(row), row);
      this.#complete = message.complete;
    } else {
      for (const row of message.upserts) this.#byKey.set(this.#key(row), row);
      for (const key of message.removes) this.#byKey.delete(key);
      if (message.freshness.state === 'live') this.#complete = true;
    }
    this.#rows = [...this.#byKey.values()];
    this.#freshness = message.freshness;
    this.#error = null;
  }

  #lost(error: unknown): void {
    this.#error = error;
    if (this.#freshness.state === 'live') this.#freshness = { state: 'reconnecting', since: Date.now() };
  }
}

/** The newest value of a stream. `dispose` it with the component that made it. */
export class LiveValue<T> {
  readonly #stop = new AbortController();
  #value = $state.raw<T | null>(null);
  #error = $state.raw<unknown>(null);

  constructor(open: Open<T>) {
    void follow(
      open,
      (value) => {
        this.#value = value;
        this.#error = null;
      },
      (error) => {
        this.#error = error;
      },
      this.#stop.signal,
    );
  }

  get value(): T | null {
    return this.#value;
  }

  get error(): unknown {
    return this.#error;
  }

  dispose(): void {
    this.#stop.abort();
  }
}
