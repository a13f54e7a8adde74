import type { Freshness, LiveList } from '../../preload/contract/live.ts';

/**
 * Rows by uid and the messages about them: a snapshot to each new listener, then deltas with the
 * last state of each row, at most one in `batch` milliseconds.
 */
export class LiveRows<Row> {
  readonly rows = new Map<string, Row>();
  readonly #listeners = new Set<(message: LiveList<Row>) => void>();
  readonly #batch: number;
  readonly #onFault: (error: unknown) => void;
  #changed = new Set<string>();
  #whole = false;
  #complete = false;
  #freshness: Freshness = { state: 'loading', since: Date.now() };
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = 0;

  constructor(batch: number, onFault: (error: unknown) => void) {
    this.#batch = batch;
    this.#onFault = onFault;
  }

  get size(): number {
    return this.#listeners.size;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  set freshness(value: Freshness) {
    // Repeated failures tell nothing new, and "live" is news only after something else.
    if (value.state === this.#freshness.state) return;
    this.#freshness = value;
    this.#schedule();
  }

  get complete(): boolean {
    return this.#complete;
  }

  add(listener: (message: LiveList<Row>) => void): void {
    this.#listeners.add(listener);
    this.#send(listener, this.#snapshot());
  }

  remove(listener: (message: LiveList<Row>) => void): void {
    this.#listeners.delete(listener);
  }

  upsert(uid: string, row: Row): void {
    this.rows.set(uid, row);
    this.#changed.add(uid);
    this.#schedule();
  }

  delete(uid: string): void {
    if (!this.rows.delete(uid)) return;
    this.#changed.add(uid);
    this.#schedule();
  }

  /** Every row has been seen: the ones that were not are gone, and listeners get a whole snapshot. */
  reconcile(seen: ReadonlySet<string>): void {
    for (const uid of this.rows.keys()) if (!seen.has(uid)) this.delete(uid);
    if (this.#complete) return;
    this.#complete = true;
    this.#whole = true;
    this.#schedule();
  }

  /** Forgets everything; listeners stay. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.rows.clear();
    this.#changed.clear();
    this.#whole = false;
    this.#complete = false;
    this.#freshness = { state: 'loading', since: Date.now() };
  }

  dispose(): void {
    this.#listeners.clear();
    this.clear();
  }

  /** Soon when it has been quiet, else when the time of the batch is over. */
  #schedule(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(Math.min(5, this.#batch), this.#flushedAt + this.#batch - Date.now());
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#flushedAt = Date.now();
    const message = this.#whole ? this.#snapshot() : this.#delta();
    this.#whole = false;
    this.#changed = new Set();
    for (const listener of [...this.#listeners]) this.#send(listener, message);
  }

  #snapshot(): LiveList<Row> {
    return { type: 'snapshot', rows: [...this.rows.values()], complete: this.#complete, freshness: this.#freshness };
  }

  #delta(): LiveList<Row> {
    const upserts: Row[] = [];
    const removes: string[] = [];
    for (const uid of this.#changed) {
      const row = this.rows.get(uid);
      if (row === undefined) removes.push(uid);
      else upserts.push(row);
    }
    return { type: 'delta', upserts, removes, freshness: this.#freshness };
  }

  #send(listener: (message: LiveList<Row>) => void, message: LiveList<Row>): void {
    try {
      listener(message);
    } catch (error) {
      // One listener's mistake must not take the list from the others.
      this.#onFault(error);
    }
  }
}
