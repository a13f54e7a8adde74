import type { LiveList } from '../../preload/contract/live.ts';

/** Keeps of a live list what a page would keep: snapshots replace, deltas change. */
export class LivePage<Row> {
  readonly messages: LiveList<Row>[] = [];
  readonly rows = new Map<string, Row>();
  readonly #key: (row: Row) => string;
  readonly #waiting = new Set<() => void>();
  readonly leave: () => void;

  constructor(
    list: { subscribe: (listener: (message: LiveList<Row>) => void) => () => void },
    key: (row: Row) => string,
  ) {
    this.#key = key;
    this.leave = list.subscribe((message) => this.#take(message));
  }

  get state(): string {
    return this.messages.at(-1)?.freshness.state ?? '';
  }

  /** Resolves when the test is true; it is looked at after each message. */
  async until(test: (page: this) => boolean): Promise<void> {
    while (!test(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Resolves when the list is live. */
  live(): Promise<void> {
    return this.until((page) => page.state === 'live');
  }

  #take(message: LiveList<Row>): void {
    this.messages.push(message);
    if (message.type === 'snapshot') {
      this.rows.clear();
      for (const row of message.rows) this.rows.set(this.#key(row), row);
    } else {
      for (const row of message.upserts) this.rows.set(this.#key(row), row);
      for (const key of message.removes) this.rows.delete(key);
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
