import type { Freshness, LiveList } from '../../../preload/contract/live.ts';
import { latest, mergeMessages } from './streams.ts';

/** At most one message in this many milliseconds. */
const batch = 100;

/**
 * Rows that are made anew when something they are made from has changed, and sent only when they
 * came out different.
 */
export class LiveTable<Row extends { readonly uid: string }> {
  readonly #rows = new Map<string, { row: Row; text: string }>();
  readonly #listeners = new Set<(message: LiveList<Row>) => void>();
  readonly #order: (a: Row, b: Row) => number;
  #upserts = new Map<string, Row>();
  #removes = new Set<string>();
  #complete = false;
  #freshness: Freshness = { state: 'loading', since: 0 };
  #whole = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(order: (a: Row, b: Row) => number) {
    this.#order = order;
  }

  set(row: Row): void {
    const text = JSON.stringify(row);
    if (this.#rows.get(row.uid)?.text === text) return;
    this.#rows.set(row.uid, { row, text });
    this.#removes.delete(row.uid);
    this.#upserts.set(row.uid, row);
    this.#schedule();
  }

  delete(uid: string): void {
    if (!this.#rows.delete(uid)) return;
    this.#upserts.delete(uid);
    this.#removes.add(uid);
    this.#schedule();
  }

  get(uid: string): Row | undefined {
    return this.#rows.get(uid)?.row;
  }

  uids(): string[] {
    return [...this.#rows.keys()];
  }

  /** How fresh the rows are, and whether every one of them is there. */
  state(complete: boolean, freshness: Freshness): void {
    if (
      complete === this.#complete &&
      freshness.state === this.#freshness.state &&
      freshness.since === this.#freshness.since
    )
      return;
    if (complete !== this.#complete) this.#whole = true;
    this.#complete = complete;
    this.#freshness = freshness;
    this.#schedule();
  }

  /** A snapshot, then what changes; ends with the signal. */
  watch(signal?: AbortSignal): AsyncGenerator<LiveList<Row>, undefined, undefined> {
    return latest<LiveList<Row>>(
      (push) => {
        this.#listeners.add(push);
        push(this.#snapshot());
        return () => this.#listeners.delete(push);
      },
      signal,
      mergeMessages,
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flush(), batch);
  }

  #flush(): void {
    this.#timer = undefined;
    const message: LiveList<Row> = this.#whole
      ? this.#snapshot()
      : {
          type: 'delta',
          upserts: [...this.#upserts.values()],
          removes: [...this.#removes],
          freshness: this.#freshness,
        };
    this.#whole = false;
    this.#upserts = new Map();
    this.#removes = new Set();
    for (const listener of [...this.#listeners]) listener(message);
  }

  #snapshot(): LiveList<Row> {
    const rows = [...this.#rows.values()].map((each) => each.row).sort(this.#order);
    return { type: 'snapshot', rows, complete: this.#complete, freshness: this.#freshness };
  }
}
